import { describe, expect, it } from 'vitest';

import { EMPTY } from '../../src/forms';
import { faultsOf } from '../../src/formsFaults';
import {
  formSchema,
  hasSlider,
  isLogarithmic,
  nudged,
  placeOf,
  type Property,
  propertiesOf,
  readNumber,
  valueAt,
  written
} from '../../src/formsSchema';
import { RECONSTRUCT } from './samples';
import { trans } from './words';

function property(field: Record<string, unknown>): Property {
  return propertiesOf({ properties: { it: { type: 'number', ...field } } })[0]!;
}

describe('a setting', () => {
  it('is read with unit, bounds and default', () => {
    const [center, method, pad] = propertiesOf(RECONSTRUCT.settings);
    expect(center).toMatchObject({
      title: 'Rotation axis',
      unit: 'pixel',
      required: true,
      minimum: 0,
      maximum: null
    });
    expect(method).toMatchObject({ type: 'string', hasDefault: true, initial: 'fbp', required: false });
    expect(pad).toMatchObject({ type: 'integer', nullable: true, minimum: 0, closed: { minimum: false } });
  });

  it('that may be nothing is one field in the form, and one bound to an object is not asked for', () => {
    const schema = formSchema(RECONSTRUCT.settings, ['center']);
    expect(schema['required']).toEqual([]);
    expect(schema['properties']).toMatchObject({ pad: { type: ['integer', 'null'], title: 'Padding' } });
  });
});

describe('a slider', () => {
  it('is there where both ends are known', () => {
    expect(hasSlider(property({ minimum: 0, maximum: 1 }))).toBe(true);
    expect(hasSlider(property({ minimum: 0 }))).toBe(false);
  });

  it.each([
    [{ minimum: 0, maximum: 1 }, 0.37],
    [{ minimum: -180, maximum: 180 }, -90],
    [{ type: 'integer', minimum: 1, maximum: 9 }, 4]
  ])('shows a value at its place (%j, %d)', (field, value) => {
    const it_ = property(field);
    expect(valueAt(it_, placeOf(it_, value))).toBeCloseTo(value, 6);
  });

  it('never gives a bound that is excluded', () => {
    const open = property({ exclusiveMinimum: 0, maximum: 1 });
    expect(valueAt(open, 0)).toBe(0.001);
    expect(valueAt(open, 1000)).toBe(1);
  });

  it('runs over powers of ten where there are many', () => {
    const floor = property({ minimum: 1e-30, exclusiveMaximum: 1 });
    expect(isLogarithmic(floor)).toBe(true);
    expect(valueAt(floor, 800)).toBe(1e-6);
    expect(placeOf(floor, 1e-15)).toBe(500);
    expect(valueAt(floor, 1000)).toBeLessThan(1);
  });
});

describe('a nudge', () => {
  it('moves by a tenth, ten times that, or a tenth of it', () => {
    const center = property({});
    expect(nudged(center, 295.5, 1)).toBe(295.6);
    expect(nudged(center, 295.5, -10)).toBe(294.5);
    expect(nudged(center, 295.5, 0.1)).toBe(295.51);
  });

  it('is finer for small numbers, whole for whole ones, and stays inside', () => {
    expect(nudged(property({}), 0.002, 1)).toBeCloseTo(0.0022);
    expect(nudged(property({ type: 'integer' }), 3, 1)).toBe(4);
    expect(nudged(property({ maximum: 1, minimum: 0 }), 1, 1)).toBe(1);
    expect(nudged(property({ exclusiveMinimum: 0, maximum: 1 }), 0.01, -10)).toBeGreaterThan(0);
  });
});

describe('a typed number', () => {
  it.each([
    ['295.5', 295.5],
    ['295,5', 295.5],
    ['1e-6', 1e-6],
    ['-.5', -0.5],
    ['1.', 1]
  ])('%s is read', (typed, value) => expect(readNumber(typed)).toBe(value));

  it.each(['', 'x', '1e', '1,000,000', '--1', '0x10', 'Infinity'])('%s is none', typed => {
    expect(readNumber(typed)).toBeNull();
  });

  it('is written as one types it', () => {
    expect(written(1e21)).toBe('1e21');
    expect(written(undefined)).toBe('');
  });
});

describe('faults', () => {
  const faults = (settings: Record<string, unknown>, bound: Record<string, string> = {}) =>
    faultsOf(RECONSTRUCT.settings, { ...EMPTY, settings, bound }, trans);

  it('say at each setting what is wrong, with its unit', () => {
    expect(faults({ center: -1, method: 'art', pad: 0 })).toEqual({
      center: 'It must be 0 pixel or more.',
      method: 'It must be one of fbp, direct.',
      pad: 'It must be more than 0.'
    });
    expect(faults({ center: 'x', pad: 1.5 })).toEqual({
      center: 'A number is needed.',
      pad: 'A whole number is needed.'
    });
  });

  it('are not what is missing, nor what an object gives', () => {
    expect(faults({})).toEqual({});
    expect(faults({ center: -1 }, { center: 'center' })).toEqual({});
  });
});
