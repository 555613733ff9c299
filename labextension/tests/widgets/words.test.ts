import { describe, expect, it } from 'vitest';

import { bytesOf } from '../../src/widgets/host';
import { planesOf } from '../../src/widgets/planes';
import { Dictionary } from '../../src/widgets/words';

describe('the texts of a page without JupyterLab', () => {
  const trans = new Dictionary({ 'Position along %1': ['沿 %1 的位置'], '%1 object': ['%1 个数据对象'] });

  it('are translated, with their values', () => {
    expect(trans.__('Position along %1', 'row')).toBe('沿 row 的位置');
  });

  it('are English where nobody translated them', () => {
    expect(trans.__('Show %1 of %2', 1, 2)).toBe('Show 1 of 2');
  });

  it('have one form for all numbers, or the English two', () => {
    expect(trans._n('%1 object', '%1 objects', 5)).toBe('5 个数据对象');
    expect(new Dictionary({})._n('%1 object', '%1 objects', 1)).toBe('1 object');
    expect(new Dictionary({})._n('%1 object', '%1 objects', 3)).toBe('3 objects');
  });
});

describe('bytes beside a message', () => {
  it('are copied out of a larger buffer, so that they begin at an even place', () => {
    const whole = new Uint8Array([9, 1, 2, 3, 4]);
    expect([...new Uint16Array(bytesOf(new DataView(whole.buffer, 1)))]).toHaveLength(2);
  });

  it('are taken as they are where they fill their buffer', () => {
    const { buffer } = new Uint8Array(4);
    expect(bytesOf(new DataView(buffer))).toBe(buffer);
  });
});

describe('three planes', () => {
  it('show the slices as they were made first', () => {
    expect(planesOf(['energy', 'slice', 'y', 'x'])).toEqual([
      ['y', 'x'],
      ['slice', 'x'],
      ['slice', 'y']
    ]);
  });

  it('are none of a plane', () => {
    expect(planesOf(['y', 'x'])).toEqual([]);
  });
});
