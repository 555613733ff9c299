import { describe, expect, it } from 'vitest';

import { inSight, rowsOf, sameRow, type Wish } from '../src/objectsTree';
import { anObject } from './objectsMade';

const ALL: Wish = { filter: '', sort: 'name', closed: new Set() };

const SCAN = [
  anObject('theta', { nbytes: 10, created: 9, unit: 'rad' }),
  anObject('scan/projections', { nbytes: 500, created: 1, axes: ['angle', 'row', 'column'] }),
  anObject('scan/dark', { nbytes: 20, created: 2 }),
  anObject('volume10', { nbytes: 300, created: 5, made_by: 'ct.reconstruct' }),
  anObject('volume9', { nbytes: 300, created: 4, shape: [7, 9], dtype: 'uint16' })
];

function drawn(wish: Partial<Wish>): string[] {
  return rowsOf(SCAN, { ...ALL, ...wish }).map(row => '  '.repeat(row.depth) + row.label);
}

describe('the rows', () => {
  it('put branches first, and numbers in their order', () => {
    expect(drawn({})).toEqual(['scan', '  dark', '  projections', 'theta', 'volume9', 'volume10']);
  });

  it('sort by size, a branch by all it holds', () => {
    expect(drawn({ sort: 'size' })).toEqual([
      'scan',
      '  projections',
      '  dark',
      'volume9',
      'volume10',
      'theta'
    ]);
  });

  it('sort by time, the newest first', () => {
    expect(drawn({ sort: 'newest' })).toEqual([
      'theta',
      'volume10',
      'volume9',
      'scan',
      '  dark',
      '  projections'
    ]);
  });

  it('leave out what lies in a closed branch', () => {
    const rows = rowsOf(SCAN, { ...ALL, closed: new Set(['scan']) });
    expect(rows[0]).toMatchObject({ key: 'scan', open: false, count: 2, bytes: 520, object: null });
    expect(rows).toHaveLength(4);
  });

  it.each([
    ['proj', ['scan', '  projections']],
    ['SCAN angle', ['scan', '  projections']],
    ['reconstruct', ['volume10']],
    ['rad', ['theta']],
    ['7×9 u2', ['volume9']],
    ['nothing of the kind', []]
  ])('are found by %s', (filter, found) => expect(drawn({ filter })).toEqual(found));

  it('are all open while a filter is set', () => {
    expect(drawn({ filter: 'dark', closed: new Set(['scan']) })).toEqual(['scan', '  dark']);
  });

  it('let a name be an object and a branch at once', () => {
    const rows = rowsOf([anObject('scan/a'), anObject('scan')], ALL);
    expect(rows.map(row => [row.key, row.object !== null, row.open])).toEqual([
      ['scan', true, true],
      ['scan/a', true, null]
    ]);
  });

  it('say which of how many they are', () => {
    const places = rowsOf(SCAN, ALL).map(row => `${row.place}/${row.of}`);
    expect(places).toEqual(['1/4', '1/2', '2/2', '2/4', '3/4', '4/4']);
  });

  it('stay the same while their objects do', () => {
    const [one, two] = [rowsOf(SCAN, ALL), rowsOf(SCAN, ALL)];
    expect(one.every((row, n) => sameRow(row, two[n] as typeof row))).toBe(true);
    const grown = rowsOf([...SCAN, anObject('scan/flat')], ALL);
    expect(sameRow(one[0] as (typeof one)[0], grown[0] as (typeof one)[0])).toBe(false);
  });

  it('of thousands of objects are quick', () => {
    const many = Array.from({ length: 5000 }, (_, n) => anObject(`group${n % 50}/object${n}`));
    rowsOf(many, ALL);
    const start = performance.now();
    expect(rowsOf(many, ALL)).toHaveLength(5050);
    expect(performance.now() - start).toBeLessThan(400);
  });
});

describe('in sight', () => {
  it('is what the window shows, and a little more', () =>
    expect(inSight(2500, 250, 25, 5000)).toEqual([92, 118]));
  it('ends with the list', () => expect(inSight(0, 600, 25, 3)).toEqual([0, 3]));
  it('is nothing of an empty list', () => expect(inSight(900, 600, 25, 0)).toEqual([0, 0]));
});
