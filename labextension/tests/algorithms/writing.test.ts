import { describe, expect, it } from 'vitest';

import { callOfArgs } from '../../src/formsArgs';
import { freeName, importFor, placed } from '../../src/writingText';

describe('inserted text', () => {
  const put = (source: string, cursor: number, text: string, whole: boolean) => {
    const { at, text: added, cursor: after } = placed(source, cursor, text, whole);
    const made = source.slice(0, at) + added + source.slice(at);
    return `${made.slice(0, after)}|${made.slice(after)}`;
  };

  it('goes to the cursor', () => expect(put('x = ', 4, 'store["a"]', false)).toBe('x = store["a"]|'));
  it('goes on a line of its own below', () =>
    expect(put('a = 1\nb = 2', 2, 'run()', true)).toBe('a = 1\nrun()|\nb = 2'));
  it('takes an empty line', () => expect(put('a\n\nb', 2, 'run()', true)).toBe('a\nrun()|\nb'));
  it('begins an empty cell', () => expect(put('', 0, 'run()', true)).toBe('run()|'));
});

describe('imports', () => {
  const CODE = "engine.run('ct.reconstruct', center=ref('center'))";

  it('bring what is used', () => expect(importFor(CODE, '')).toBe('from daisy_lab import engine, ref\n'));
  it('bring only what is missing', () => {
    expect(importFor(CODE, 'import numpy\nfrom daisy_lab import store, engine')).toBe(
      'from daisy_lab import ref\n'
    );
  });
  it('see names in brackets, on several lines', () => {
    expect(importFor(CODE, 'from daisy_lab import (\n  engine,\n  ref,\n)\nx = 1')).toBe('');
  });
  it('end with their line', () => {
    const other = 'from daisy_lab import store\ndef f(a, *, engine=1):\n    pass';
    expect(importFor(CODE, other)).toBe('from daisy_lab import engine, ref\n');
  });
  it('are not needed for names of other things', () => {
    expect(importFor("my.engine.run(reference('a'), 'store[1]')", '')).toBe('');
  });
});

describe('a file name', () => {
  it('is counted up until it is free', () => {
    const taken = ['flow.json', 'flow-2.json'];
    expect(freeName('flow.json', name => taken.includes(name))).toBe('flow-3.json');
    expect(freeName('script', () => false)).toBe('script');
  });
});

describe('arguments of a command', () => {
  it('are read as far as they are a call', () => {
    expect(callOfArgs({ id: 'x', inputs: { a: 'b', c: 3 }, settings: { n: 1 }, into: ['v'] })).toEqual({
      inputs: { a: 'b' },
      settings: { n: 1 },
      into: ['v']
    });
    expect(callOfArgs({ id: 'x', inputs: 'no', into: 4 })).toBeUndefined();
  });
});
