import { describe, expect, it } from 'vitest';

import { identityOf, savedOf, titleOf } from '../src/imageSaved';

describe('what is kept of a view', () => {
  it('comes back as it was', () => {
    const saved = {
      seen: [{ name: 'volume', version: 2 }, { name: 'other' }],
      kernel: 'k',
      way: 'image' as const,
      look: {
        shown: ['y', 'x'] as [string, string],
        index: { slice: 3 },
        viewport: { row: 1, column: 2, zoom: 3, aspect: 1 },
        stretch: false,
        window: { low: 0, high: 1 },
        colours: 'sea' as const
      }
    };
    expect(savedOf(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
  });

  it('is left out where it does not look right', () => {
    const look = {
      shown: ['y'],
      index: { slice: 'x' },
      viewport: { row: 1 },
      window: { low: 0 },
      colours: 'jet'
    };
    expect(savedOf({ seen: [{ name: 'a', version: 'x' }, 5], way: 'film', look })).toEqual({
      seen: [{ name: 'a' }],
      kernel: '',
      look: { index: {} }
    });
  });

  it('is nothing without an object', () => {
    for (const data of [null, 5, {}, { seen: 'a' }, { seen: [] }, { seen: [{ name: '' }] }]) {
      expect(savedOf(data)).toBeNull();
    }
  });

  it('is told apart by object, version and kernel', () => {
    const ids = [
      identityOf({ seen: [{ name: 'a' }], kernel: 'k' }),
      identityOf({ seen: [{ name: 'a', version: 1 }], kernel: 'k' }),
      identityOf({ seen: [{ name: 'a' }], kernel: 'l' }),
      identityOf({ seen: [{ name: 'a' }, { name: 'b' }], kernel: 'k' })
    ];
    expect(new Set(ids).size).toBe(4);
    expect(titleOf([{ name: 'a', version: 1 }, { name: 'b' }])).toBe('a v1 | b');
  });
});
