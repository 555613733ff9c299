import { describe, expect, it } from 'vitest';

import { Overlay } from '../src/imageOverlay';
import type { Asks } from '../src/imageSource';
import type { ImageReply, Methods, ViewInfo } from '../src/protocol';
import type { Answer } from '../src/rpc';

const INFO: ViewInfo = {
  name: '~held-1',
  version: 1,
  view: 'image',
  axes: ['row', 'column'],
  shape: [40, 60],
  shown: ['row', 'column'],
  unit: '',
  dtype: 'bool',
  low: 0,
  high: 1
};
const REPLY = {
  height: 2,
  width: 3,
  bits: 8,
  region: [0, 40, 0, 60],
  low: 0,
  high: 1,
  seconds: 0
} as ImageReply;
const QUESTION = { shown: ['row', 'column'] as [string, string], index: { frame: 0 }, height: 2, width: 3 };
const OWN = { ...QUESTION, index: {}, low: 0, high: 1, bits: 8 as const };

/** A kernel that gives an empty mask, and counts how often it was asked. */
class Kernel implements Asks {
  asked = 0;

  request<M extends keyof Methods>(): Promise<Answer<M>> {
    this.asked++;
    return Promise.resolve({ result: REPLY, buffers: [new ArrayBuffer(6)] } as Answer<M>);
  }
}

const settled = () => new Promise(resolve => setTimeout(resolve));
const pushed = () => new Uint8Array([9, 9, 9, 9, 9, 9]).buffer;

describe('a mask over a picture', () => {
  it('takes a version that comes unasked, and asks nothing', async () => {
    const kernel = new Kernel();
    let drawn = 0;
    const overlay = new Overlay(kernel, INFO, () => drawn++);
    overlay.ask(QUESTION);
    await settled();
    expect(overlay.push({ ...INFO, version: 2 }, OWN, REPLY, pushed())).toBe(true);
    expect([...(overlay.picture?.levels ?? [])]).toEqual([9, 9, 9, 9, 9, 9]);
    expect([kernel.asked, drawn]).toEqual([1, 2]);
    // What is asked for the same pixels again is here.
    overlay.ask(QUESTION);
    await settled();
    expect(kernel.asked).toBe(1);
  });

  it('refuses what is of another part than what is on the screen', async () => {
    const overlay = new Overlay(new Kernel(), INFO, () => undefined);
    overlay.ask(QUESTION);
    await settled();
    expect(overlay.push(INFO, { ...OWN, width: 30 }, REPLY, pushed())).toBe(false);
    expect(overlay.push({ ...INFO, shape: [4, 6] }, OWN, REPLY, pushed())).toBe(false);
  });

  it('covers nothing of a picture with other axes', async () => {
    const kernel = new Kernel();
    const overlay = new Overlay(kernel, INFO, () => undefined);
    overlay.ask({ ...QUESTION, shown: ['azimuth_bin', 'bin'] });
    await settled();
    expect([kernel.asked, overlay.picture]).toEqual([0, null]);
  });
});
