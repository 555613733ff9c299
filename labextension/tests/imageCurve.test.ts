import { describe, expect, it } from 'vitest';

import { nearestPoint, pathOf, placeOf, scaleOf, toCsv, valueAt } from '../src/imageCurve';

const line = (y: number[], name = 'i') => ({ name, x: Float64Array.from(y.keys()), y: Float64Array.from(y) });

describe('a scale', () => {
  it('holds all numbers, and leaves out what is none', () => {
    expect(
      scaleOf(
        [
          [1, NaN, 3],
          [Infinity, 2]
        ],
        false,
        0
      )
    ).toEqual({ low: 1, high: 3, log: false });
  });

  it('has room for a line that does not change', () => {
    const { low, high } = scaleOf([[5, 5]]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });

  it('counts only what is above zero when it is logarithmic', () => {
    const scale = scaleOf([[-1, 0, 1, 1000]], true, 0);
    expect(scale.low).toBeGreaterThan(0.9);
    expect(placeOf(scale, -1)).toBeNaN();
    expect(placeOf(scale, 0)).toBeNaN();
  });

  it('goes there and back', () => {
    for (const log of [false, true]) {
      const scale = scaleOf([[1, 1000]], log);
      expect(valueAt(scale, placeOf(scale, 50))).toBeCloseTo(50);
    }
  });

  it('is there even for nothing', () => {
    expect(scaleOf([])).toMatchObject({ low: 0, high: 1 });
    expect(scaleOf([[-1]], true)).toMatchObject({ low: 1, high: 10 });
  });
});

describe('a line', () => {
  const across = { low: 0, high: 3, log: false };
  const down = { low: 0, high: 10, log: false };

  it('is broken where there is no number', () => {
    expect(pathOf(line([0, 10, NaN, 5]), across, down, 30, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0');
  });

  it('knows its nearest point', () => {
    const found = line([0, 0, 0, 0]);
    expect([-4, 0.4, 0.6, 2.4, 99].map(x => nearestPoint(found, x))).toEqual([0, 0, 1, 2, 3]);
    expect(nearestPoint(line([]), 3)).toBe(0);
  });

  it('becomes a column, matched by x', () => {
    const text = toCsv([line([1, 2], 'a "b", c'), line([3], 'd')], 'r');
    expect(text).toBe('r,"a ""b"", c",d\n0,1,3\n1,2,\n');
  });
});
