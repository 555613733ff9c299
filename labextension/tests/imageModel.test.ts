import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { link } from '../src/imageLink';
import { ImageModel } from '../src/imageModel';
import type { Asks } from '../src/imageSource';
import type { AskImage, Methods, ViewInfo } from '../src/protocol';
import type { Answer } from '../src/rpc';

const INFO: ViewInfo = {
  name: 'volume',
  version: 1,
  view: 'image',
  axes: ['slice', 'y', 'x'],
  shape: [10, 100, 200],
  shown: ['y', 'x'],
  unit: '1/cm',
  dtype: 'float32',
  low: 0,
  high: 1
};

/** A kernel that gives black pictures at once, and notes what it was asked. */
class Kernel implements Asks {
  readonly images: AskImage[] = [];
  readonly others: string[] = [];
  broken = false;

  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    if (this.broken) {
      return Promise.reject(new Error('no'));
    }
    if (method === 'view.image') {
      const asked = params as AskImage;
      this.images.push(asked);
      const { height = 1, width = 1, low, high, bits = 16, region } = asked;
      const result = { height, width, bits, region, low, high, seconds: 0 };
      return Promise.resolve({ result, buffers: [new ArrayBuffer(2 * height * width)] } as Answer<M>);
    }
    this.others.push(method);
    const result = { low: 0, high: 10, bins: 2, finite: 2 };
    return Promise.resolve({ result, buffers: [new Uint32Array([1, 1]).buffer] } as Answer<M>);
  }

  get last(): AskImage {
    return this.images[this.images.length - 1] as AskImage;
  }
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

async function rest(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
}

describe('an image model', () => {
  let kernel: Kernel;
  let model: ImageModel;
  beforeEach(async () => {
    vi.useFakeTimers();
    kernel = new Kernel();
    model = new ImageModel(kernel, INFO);
    model.resize({ height: 100, width: 200 }, 1);
    await settle();
  });
  afterEach(() => {
    model.dispose();
    vi.useRealTimers();
  });

  it('asks for the middle slice, no larger than the stage', () => {
    expect(kernel.images).toEqual([
      {
        name: 'volume',
        version: 1,
        shown: ['y', 'x'],
        index: { slice: 5 },
        region: [0, 100, 0, 200],
        height: 100,
        width: 200,
        low: -1,
        high: 2,
        bits: 16
      }
    ]);
    expect(model.picture?.levels).toHaveLength(20_000);
  });

  it('asks nothing when a level moves inside what it has', async () => {
    model.set({ window: { low: 0.3, high: 1.4 } });
    model.set({ colours: 'heat' });
    await settle();
    expect(kernel.images).toHaveLength(1);
    model.set({ window: { low: 0, high: 100 } });
    await settle();
    expect(kernel.last).toMatchObject({ low: -100, high: 200 });
  });

  it('goes along an axis as far as there is something', async () => {
    model.go('slice', 99);
    await settle();
    expect(kernel.last.index).toEqual({ slice: 9 });
    model.go('slice', -5);
    await settle();
    expect(kernel.last.index).toEqual({ slice: 0 });
  });

  it('fetches neighbours only once nothing moves, and then asks them no more', async () => {
    model.go('slice', 7);
    await settle();
    expect(kernel.images).toHaveLength(2);
    await rest();
    expect(kernel.images.slice(2).map(asked => asked.index?.slice)).toEqual([8, 6]);
    model.go('slice', 8);
    await settle();
    expect(kernel.images).toHaveLength(4);
    expect(model.picture?.question.index).toEqual({ slice: 8 });
  });

  it('counts values only when someone looks, and only at rest', async () => {
    await rest();
    expect(kernel.others).toEqual([]);
    model.countsValues = true;
    expect(kernel.others).toEqual([]);
    await rest();
    expect(kernel.others).toEqual(['view.histogram']);
    await rest();
    expect(kernel.others).toHaveLength(1);
    model.auto();
    expect(model.look.window).toEqual({ low: 0, high: 10 });
  });

  it('keeps the overview below a part of the same slice, not of another', async () => {
    model.set({ viewport: { row: 50, column: 100, zoom: 8, aspect: 1 } });
    await settle();
    expect(model.overview?.region).toEqual([0, 100, 0, 200]);
    expect(model.picture?.region).toEqual([43, 57, 87, 113]);
    model.go('slice', 2);
    await settle();
    expect(model.overview).toBeNull();
  });

  it('changes places when an axis is chosen that is shown on the other side', async () => {
    model.show('down', 'x');
    await settle();
    expect(model.look.shown).toEqual(['x', 'y']);
    model.show('across', 'slice');
    await settle();
    expect(kernel.last).toMatchObject({ shown: ['x', 'slice'], index: { y: 50 } });
    expect(model.leading).toEqual(['y']);
    expect(model.look.stretch).toBe(true);
  });

  it('looks at a new version as at the old one, and keeps the picture until the new one is there', async () => {
    model.go('slice', 3);
    await settle();
    model.replace({ ...INFO, version: 2 });
    expect(model.picture).not.toBeNull();
    await settle();
    expect(kernel.last).toMatchObject({ version: 2, index: { slice: 3 } });
    model.replace({ ...INFO, version: 3, shape: [4, 50, 50] });
    expect(model.picture).toBeNull();
    await settle();
    expect(kernel.last).toMatchObject({ version: 3, index: { slice: 2 } });
  });

  it('takes the levels of a new version, unless someone chose some that show it', () => {
    model.replace({ ...INFO, version: 2, low: 5, high: 6 });
    expect(model.look.window).toEqual({ low: 5, high: 6 });
    model.set({ window: { low: 5.5, high: 5.6 } });
    model.replace({ ...INFO, version: 3, low: 5, high: 7 });
    expect(model.look.window).toEqual({ low: 5.5, high: 5.6 });
    model.replace({ ...INFO, version: 4, low: -7, high: -5 });
    expect(model.look.window).toEqual({ low: -7, high: -5 });
  });

  it('keeps the picture when the kernel fails, says so, and asks again when told', async () => {
    kernel.broken = true;
    model.go('slice', 1);
    await settle();
    expect(model.problem).toBeInstanceOf(Error);
    expect(model.picture?.question.index).toEqual({ slice: 5 });
    kernel.broken = false;
    model.refresh(true);
    await settle();
    expect(model.problem).toBeNull();
    expect(model.picture?.question.index).toEqual({ slice: 1 });
  });

  it('begins with what was looked at before, as far as it is still there', () => {
    const again = new ImageModel(kernel, INFO, {
      shown: ['y', 'gone'],
      index: { slice: 40, y: 7 },
      window: { low: 2, high: 3 },
      colours: 'sea'
    });
    expect(again.look).toMatchObject({
      shown: ['y', 'x'],
      index: { slice: 9, y: 7, x: 100 },
      window: { low: 2, high: 3 },
      colours: 'sea'
    });
  });
});

describe('two linked models', () => {
  it('look at the same place, each as far as it reaches', () => {
    const kernel = new Kernel();
    const first = new ImageModel(kernel, INFO);
    const second = new ImageModel(kernel, { ...INFO, name: 'other', shape: [4, 100, 200] });
    const end = link(first, second);
    first.go('slice', 8);
    expect([first.look.index.slice, second.look.index.slice]).toEqual([8, 3]);
    second.set({ window: { low: 5, high: 6 }, colours: 'heat' });
    expect(first.look).toMatchObject({ window: { low: 5, high: 6 }, colours: 'heat' });
    end();
    second.go('slice', 0);
    expect(first.look.index.slice).toBe(3);
    first.dispose();
    second.dispose();
  });

  it('share levels even where their axes differ', () => {
    const kernel = new Kernel();
    const first = new ImageModel(kernel, INFO);
    const second = new ImageModel(kernel, {
      ...INFO,
      axes: ['angle', 'row', 'column'],
      shown: ['row', 'column']
    });
    const end = link(first, second);
    first.set({ window: { low: 5, high: 6 } });
    expect(second.look).toMatchObject({ window: { low: 5, high: 6 }, shown: ['row', 'column'] });
    end();
  });
});
