import { describe, expect, it } from 'vitest';

import {
  algorithmTitle,
  axesText,
  bytesText,
  inPython,
  isName,
  rowText,
  secondsText,
  shortType,
  timeText
} from '../src/objects';
import { anObject } from './objectsMade';

describe('short texts', () => {
  it.each([
    ['float32', 'f4'],
    ['uint16', 'u2'],
    ['int64', 'i8'],
    ['complex128', 'c16'],
    ['bool', 'b1'],
    ['str', 'str'],
    ['datetime64[ns]', 'datetime64[ns]']
  ])('writes %s as %s', (dtype, short) => expect(shortType(dtype)).toBe(short));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_440_000_000, '1.4 GB'],
    [2e18, '2000 PB']
  ])('writes %d bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [0.0132, '13 ms'],
    [0.9999, '1.0 s'],
    [59.96, '1 min 0 s'],
    [200, '3 min 20 s']
  ])('writes %d seconds as %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));

  it('says the date only of another day', () => {
    const morning = new Date(2026, 10, 20, 9, 5, 7);
    expect(timeText(morning.getTime() / 1000, new Date(2026, 10, 20, 23, 0, 0))).toBe('09:05:07');
    expect(timeText(morning.getTime() / 1000, new Date(2026, 10, 21, 0, 1, 0))).toBe('2026-11-20 09:05:07');
  });

  it('names an algorithm by its last part', () => expect(algorithmTitle('ct.minus_log')).toBe('minus log'));
});

describe('an object', () => {
  it('shows its shape and type', () => {
    expect(rowText(anObject('a', { shape: [181, 2, 640], dtype: 'float32' }))).toBe('181×2×640 f4');
  });

  it('that is a number shows its value', () => {
    expect(rowText(anObject('a', { kind: 'scalar', shape: [], value: '295.0 px', dtype: 'float64' }))).toBe(
      '295.0 px'
    );
  });

  it('numbers axes that nobody named', () => {
    expect(axesText(anObject('a', { shape: [3, 4], axes: ['row', ''] }))).toBe('row\u00a03, axis1\u00a04');
  });

  it('is a line of Python', () => expect(inPython('scan/flat')).toBe('store["scan/flat"]'));
});

describe('a name', () => {
  it.each(['volume', 'scan/projections', 'a-b_c.1', '投影/暗场', '..a', 'x'.repeat(1000)])(
    'may be %s',
    name => expect(isName(name)).toBe(true)
  );

  it.each(['', 'e\u0301', 'a b', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a\n', 'a:b', 'x'.repeat(1001)])(
    'may not be %j',
    name => expect(isName(name)).toBe(false)
  );
});
