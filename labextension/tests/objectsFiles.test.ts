import { describe, expect, it } from 'vitest';

import {
  beginLoading,
  faultsOf,
  hasAngle,
  isDataFile,
  type Loading,
  requestOf,
  serverPath
} from '../src/objectsFiles';
import { formsOf, ofForm, pathFor } from '../src/objectsSaving';
import type { DatasetInfo, FileInfo } from '../src/protocol';
import { anObject } from './objectsMade';

function dataset(name: string, facts: Partial<DatasetInfo> = {}): DatasetInfo {
  return { dataset: name, name, shape: [3], dtype: 'float32', chosen: true, note: '', ...facts };
}

function file(...datasets: DatasetInfo[]): FileInfo {
  return { path: 'day 1/tooth.h5', form: 'data-exchange', datasets, notes: [], missing: [] };
}

function changed(loading: Loading, n: number, name: string): Loading {
  return { ...loading, picks: loading.picks.map((pick, m) => (m === n ? { ...pick, name } : pick)) };
}

it.each(['a.h5', 'a.HDF5', 'a.nxs', 'a.hdf', 'a.tif', 'a.b.tiff'])('%s holds data', path =>
  expect(isDataFile(path)).toBe(true)
);
it.each(['a.txt', 'h5', 'a.h5.bak'])('%s holds none', path => expect(isDataFile(path)).toBe(false));

it('a path loses its drive', () => {
  expect(serverPath('RTC:scan/tooth.h5')).toBe('scan/tooth.h5');
  expect(serverPath('scan/tooth 12:30.h5')).toBe('scan/tooth 12:30.h5');
});

describe('loading', () => {
  const begun = beginLoading(
    file(
      dataset('projections'),
      dataset('theta'),
      dataset('other', { chosen: false }),
      dataset('bad', { dtype: '' })
    )
  );

  it('begins with what the file is for, without what cannot be read', () => {
    expect(begun.picks.map(pick => pick.taken)).toEqual([true, true, false, false]);
  });

  it('names a whole file after itself, and mends names', () => {
    const { picks } = beginLoading(file(dataset('', { name: '' }), dataset('x', { name: '/entry/my data' })));
    expect(picks.map(pick => pick.name)).toEqual(['tooth', 'entry/my_data']);
  });

  it('asks for what is ticked, by the names given', () => {
    expect(requestOf({ ...changed(begun, 0, 'raw'), group: 'scan', angleUnit: 'rad' })).toEqual({
      path: 'day 1/tooth.h5',
      datasets: { raw: 'projections', theta: 'theta' },
      angle_unit: 'rad',
      group: 'scan'
    });
  });

  it('asks for the unit only when an angle goes along', () => {
    expect(hasAngle(begun)).toBe(true);
    const without = begun.picks.map(pick => ({ ...pick, taken: pick.dataset.dataset !== 'theta' }));
    expect(hasAngle({ ...begun, picks: without })).toBe(false);
  });

  it('tells wrong names at their lines', () => {
    expect(faultsOf(begun).size).toBe(0);
    expect([...faultsOf(changed(begun, 0, 'a b'))]).toEqual([[0, 'name']]);
    expect([...faultsOf(changed(begun, 0, ''))]).toEqual([[0, 'empty']]);
    expect([...faultsOf(changed(begun, 0, 'theta'))]).toEqual([[1, 'twice']]);
    expect([...faultsOf({ ...begun, group: 'a b' }).values()]).toEqual(['name', 'name']);
    expect(faultsOf(changed(begun, 2, '')).size).toBe(0);
  });
});

describe('saving', () => {
  it('offers the forms that suit', () => {
    expect(formsOf(anObject('a', { shape: [2, 3, 4] }))).toEqual(['hdf5', 'tiff']);
    expect(formsOf(anObject('a', { shape: [2, 3] }))).toEqual(['hdf5', 'tiff', 'text']);
    expect(formsOf(anObject('a', { shape: [2] }))).toEqual(['hdf5', 'text']);
    expect(formsOf(anObject('a', { kind: 'record', shape: [] }))).toEqual(['text']);
  });

  it('proposes a path and follows the form', () => {
    expect(pathFor('scan/flat', 'hdf5', 'day1')).toBe('day1/scan_flat.h5');
    expect(pathFor('flat', 'tiff', '')).toBe('flat');
    expect(ofForm('day1/a.b.h5', 'text')).toBe('day1/a.b.txt');
    expect(ofForm('day1/a.b', 'hdf5')).toBe('day1/a.b.h5');
  });
});
