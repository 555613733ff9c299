import { describe, expect, it } from 'vitest';

import { logTicks, shortNumber, ticks, typedNumber, withUnit } from '../src/imageTicks';

describe('marks on a scale', () => {
  it('are round numbers inside it', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(-3.2, 12.9, 4)).toEqual([0, 5, 10]);
    expect(ticks(0.1, 0.5, 4)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it('are none where there is no scale', () => {
    expect(ticks(1, 1, 5)).toEqual([]);
    expect(ticks(0, Infinity, 5)).toEqual([]);
  });

  it('are powers of ten on a logarithmic one', () => {
    expect(logTicks(0.5, 2000, 8)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(1, 1e8, 3)).toEqual([1, 1000, 1e6]);
    expect(logTicks(2, 7, 5)).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('numbers', () => {
  it('have the digits that count', () => {
    expect(shortNumber(0)).toBe('0');
    expect(shortNumber(3.14159)).toBe('3.142');
    expect(shortNumber(-1234567)).toBe('−1.235e6');
    expect(shortNumber(0.00001)).toBe('1e−5');
    expect(shortNumber(NaN)).toBe('NaN');
    expect(shortNumber(-Infinity)).toBe('−∞');
  });

  it('have a unit, unless they have none', () => {
    expect(withUnit('3', '1/cm')).toBe('3 1/cm');
    expect(withUnit('3', '1')).toBe('3');
  });

  it('are read as they are typed', () => {
    expect(typedNumber(' −1,5 ')).toBe(-1.5);
    expect(typedNumber('1e3')).toBe(1000);
    expect(typedNumber('')).toBeNull();
    expect(typedNumber('x')).toBeNull();
  });

  it('are read as they are shown', () => {
    for (const value of [0, -12.5, 1.5e-7, 2.5e9]) {
      expect(typedNumber(shortNumber(value))).toBe(value);
    }
  });
});
