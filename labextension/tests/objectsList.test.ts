import { beforeEach, describe, expect, it } from 'vitest';

import { ObjectList } from '../src/objectsList';
import { anObject, asMap } from './objectsMade';

const OBJECTS = asMap(anObject('scan/dark'), anObject('scan/flat'), anObject('theta'), anObject('volume'));

let list: ObjectList;
beforeEach(() => {
  list = new ObjectList();
  list.take(OBJECTS);
});

function names(): string[] {
  return list.objectsChosen.map(object => object.name);
}

describe('walking', () => {
  it('begins at the top', () => {
    list.walk(1);
    expect(list.current).toBe('scan');
  });

  it('stops at the ends', () => {
    list.walk(-1);
    list.walk(1);
    expect(list.current).toBe('volume');
    list.walk(-100);
    expect(list.current).toBe('scan');
  });

  it('extends from where it began, and shrinks again', () => {
    list.choose('theta');
    list.walk(1, true);
    expect(names()).toEqual(['theta', 'volume']);
    list.walk(-1, true);
    list.walk(-1, true);
    expect(names()).toEqual(['scan/flat', 'theta']);
  });

  it('goes into a branch and out of it', () => {
    list.choose('scan');
    list.outward();
    expect(list.rows.map(row => row.key)).toEqual(['scan', 'theta', 'volume']);
    list.inward();
    list.inward();
    expect(list.current).toBe('scan/dark');
    list.outward();
    expect(list.current).toBe('scan');
  });
});

describe('choosing', () => {
  it('adds and takes away', () => {
    list.choose('volume');
    list.choose('theta', 'toggle');
    expect(names()).toEqual(['theta', 'volume']);
    list.choose('volume', 'toggle');
    expect(names()).toEqual(['theta']);
  });

  it('takes all between two', () => {
    list.choose('volume');
    list.choose('scan/flat', 'range');
    expect(names()).toEqual(['scan/flat', 'theta', 'volume']);
  });

  it('a branch stands for all below it', () => {
    list.choose('scan');
    expect(names()).toEqual(['scan/dark', 'scan/flat']);
    expect(list.single).toBeNull();
  });

  it('a branch that is an object stands for itself', () => {
    list.take(asMap(anObject('scan'), anObject('scan/dark')));
    list.choose('scan');
    expect(names()).toEqual(['scan']);
  });

  it('forgets what went away', () => {
    list.chooseAll();
    list.take(asMap(anObject('theta')));
    expect([...list.chosen]).toEqual(['theta']);
  });

  it('gives the new version of what is chosen', () => {
    list.choose('theta');
    list.take(asMap(anObject('theta', { version: 2 })));
    expect(list.single?.version).toBe(2);
  });

  it('ends when a filter hides it, so that nothing unseen is deleted', () => {
    list.chooseAll();
    list.setFilter('volume');
    expect(names()).toEqual(['volume']);
  });

  it('ends when its branch is closed', () => {
    list.choose('scan/dark');
    list.fold('scan', false);
    expect(names()).toEqual([]);
  });
});

describe('a change', () => {
  it('is told once, and only if something changed', () => {
    let told = 0;
    list.changed.connect(() => told++);
    list.fold('scan', true);
    expect(told).toBe(0);
    list.fold('scan', false);
    list.setSort('size');
    list.choose('theta');
    expect(told).toBe(3);
  });

  it('ends renaming when the object goes away', () => {
    list.rename('theta');
    list.take(asMap(anObject('volume')));
    expect(list.renaming).toBeNull();
  });
});
