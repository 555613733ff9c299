import { describe, expect, it } from 'vitest';

import {
  bindable,
  callOf,
  draftOf,
  EMPTY,
  missing,
  reopened,
  settingsOf,
  suggest,
  valuesOf
} from '../../src/forms';
import { propertiesOf } from '../../src/formsSchema';
import { object, port, RECONSTRUCT } from './samples';
import { trans } from './words';

const center = propertiesOf(RECONSTRUCT.settings)[0]!;
const there = (name: string) => ['absorption', 'projections', 'theta'].includes(name);

describe('what goes in', () => {
  it('takes what is suggested', () => {
    const draft = suggest(EMPTY, RECONSTRUCT, there);
    expect(callOf(RECONSTRUCT, draft).inputs).toEqual({ projections: 'absorption', theta: 'theta' });
  });

  it('keeps what was taken when another suggestion comes', () => {
    const draft = suggest(EMPTY, RECONSTRUCT, there);
    const later = { ...RECONSTRUCT, inputs: [port('projections', { suggestion: 'projections' })] };
    expect(callOf(later, suggest(draft, later, there)).inputs['projections']).toBe('absorption');
    expect(callOf(later, suggest(reopened(draft), later, there)).inputs['projections']).toBe('projections');
  });

  it('prefers what the user chose, until that is gone', () => {
    const chosen = { ...EMPTY, inputs: { projections: 'projections' } };
    expect(callOf(RECONSTRUCT, suggest(chosen, RECONSTRUCT, there)).inputs['projections']).toBe(
      'projections'
    );
    const gone = suggest(chosen, RECONSTRUCT, name => name !== 'projections');
    expect(callOf(RECONSTRUCT, gone).inputs['projections']).toBe('absorption');
  });

  it('leaves an input out that the user emptied', () => {
    const draft = suggest({ ...EMPTY, inputs: { theta: '' } }, RECONSTRUCT, there);
    expect(callOf(RECONSTRUCT, draft).inputs).toEqual({ projections: 'absorption' });
  });
});

describe('settings', () => {
  it('are sent only where they differ from their defaults', () => {
    const values = { ...valuesOf(RECONSTRUCT.settings, EMPTY), center: 295.5 };
    expect(values).toEqual({ method: 'fbp', pad: null, center: 295.5 });
    expect(settingsOf(RECONSTRUCT.settings, values)).toEqual({ center: 295.5 });
  });

  it('that are bound to an object are sent as its name', () => {
    const call = callOf(RECONSTRUCT, { ...EMPTY, settings: { center: 1 }, bound: { center: 'center' } });
    expect(call.settings).toEqual({ center: '=center' });
  });

  it('may be bound to numbers of the same unit or of none, the namesake first', () => {
    const objects = [
      object('a', { unit: 'pixel' }),
      object('scan/center', { unit: 'pixel' }),
      object('b'),
      object('angle', { unit: 'rad' }),
      object('text', { kind: 'text', dtype: 'str' }),
      object('wave', { dtype: 'complex128' }),
      object('volume', { kind: 'array', shape: [2, 3] })
    ];
    expect(bindable(center, objects).map(({ name }) => name)).toEqual(['scan/center', 'a', 'b']);
  });

  it('that are whole numbers are not bound to others', () => {
    const pad = propertiesOf(RECONSTRUCT.settings)[2]!;
    const objects = [object('half'), object('n', { dtype: 'int' })];
    expect(bindable(pad, objects).map(({ name }) => name)).toEqual(['n']);
  });
});

describe('a call made anew', () => {
  const call = {
    id: 'ct.reconstruct',
    inputs: { projections: 'absorption', theta: 'theta' },
    settings: { center: '=center', method: 'direct' },
    into: ['slices']
  };

  it('fills the form with what it was', () => {
    const draft = suggest(draftOf(call), RECONSTRUCT, there);
    expect(draft.bound).toEqual({ center: 'center' });
    expect(callOf(RECONSTRUCT, draft)).toEqual(call);
  });
});

describe('what is missing', () => {
  it('is told one thing at a time', () => {
    expect(missing(RECONSTRUCT, EMPTY, trans)).toBe('Choose “Projections” first.');
    const draft = suggest(EMPTY, RECONSTRUCT, there);
    expect(missing(RECONSTRUCT, draft, trans)).toBe('Set “Rotation axis” first.');
    const set = { ...draft, settings: { center: 3 } };
    expect(missing(RECONSTRUCT, set, trans)).toBe('');
    expect(missing(RECONSTRUCT, { ...set, outputs: { volume: ' ' } }, trans)).toBe(
      'Name the result “Volume” first.'
    );
  });

  it('is not a setting that takes its value from an object', () => {
    const draft = { ...suggest(EMPTY, RECONSTRUCT, there), bound: { center: 'center' } };
    expect(missing(RECONSTRUCT, draft, trans)).toBe('');
  });
});
