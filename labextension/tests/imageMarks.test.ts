import { describe, expect, it } from 'vitest';

import { type Mark, Marks, cornersOf, isSeen } from '../src/imageMarks';
import type { Asks } from '../src/imageSource';
import type { Methods } from '../src/protocol';
import type { Answer } from '../src/rpc';

interface Asked {
  method: string;
  params: Record<string, unknown>;
}

/** A kernel that answers every question about a mark, and remembers it. */
class Kernel implements Asks {
  readonly asked: Asked[] = [];

  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    this.asked.push({ method, params: { ...params } });
    const result = { points: 2, length: 5, unit: 'mm', count: 4, mean: 1, std: 0, low: 1, high: 1 };
    const buffers = [new Float64Array([0, 5]).buffer, new Float64Array([7, 9]).buffer];
    // Each of its answers reads only its own part of this.
    return Promise.resolve({ result: result, buffers });
  }
}

const plane = () => ({ name: 'a', version: 1, shown: null, index: {} });
const settled = () => new Promise(resolve => setTimeout(resolve));

describe('marks', () => {
  it('draw a line from press to release, and give the hand back', async () => {
    const kernel = new Kernel();
    const marks = new Marks(kernel, plane);
    marks.tool = 'line';
    marks.press([1, 2]);
    marks.draw([4, 6]);
    marks.finish();
    await settled();
    expect(marks.line?.points).toEqual([
      [1, 2],
      [4, 6]
    ]);
    expect(marks.tool).toBe('move');
    expect([...(marks.profile?.values ?? [])]).toEqual([7, 9]);
    expect(kernel.asked.at(-1)).toMatchObject({
      method: 'view.line',
      params: { start: [1, 2], stop: [4, 6] }
    });
  });

  it('forget a press without a move', () => {
    const marks = new Marks(new Kernel(), plane);
    marks.tool = 'rectangle';
    marks.press([3, 3]);
    marks.finish();
    expect(marks.area).toBeNull();
  });

  it('add corners to a polygon until it is ended, and ask only then', async () => {
    const kernel = new Kernel();
    const marks = new Marks(kernel, plane);
    marks.tool = 'polygon';
    for (const at of [
      [0, 0],
      [0, 9],
      [9, 9]
    ] as const) {
      marks.press([...at]);
      marks.draw([...at]);
    }
    expect(marks.isOpen).toBe(true);
    expect(kernel.asked).toEqual([]);
    marks.finish();
    await settled();
    expect(marks.area?.points).toHaveLength(3);
    expect(marks.statistics?.mean).toBe(1);
    expect(kernel.asked.map(({ method }) => method)).toEqual(['view.statistics']);
  });

  it('ask again when they are moved or pulled', async () => {
    const kernel = new Kernel();
    const marks = new Marks(kernel, plane);
    const area: Mark = {
      kind: 'rectangle',
      points: [
        [1, 1],
        [3, 4]
      ]
    };
    marks.put(area);
    await settled();
    marks.shift(marks.area!, [2, -1]);
    await settled();
    marks.pull(marks.area!, 1, [9, 9]);
    await settled();
    expect(marks.area?.points).toEqual([
      [3, 0],
      [9, 9]
    ]);
    expect(kernel.asked).toHaveLength(3);
  });

  it('leave nothing behind when they are taken away', async () => {
    const marks = new Marks(new Kernel(), plane);
    marks.put({
      kind: 'line',
      points: [
        [0, 0],
        [0, 5]
      ]
    });
    marks.remove(marks.line!);
    await settled();
    expect([marks.line, marks.profile, marks.all]).toEqual([null, null, []]);
  });

  it('draw a circle from its centre to its rim', async () => {
    const kernel = new Kernel();
    const marks = new Marks(kernel, plane);
    marks.tool = 'circle';
    marks.press([10, 20]);
    marks.draw([13, 24]);
    marks.finish();
    await settled();
    const circle = marks.area as Mark;
    expect(circle).toMatchObject({ kind: 'circle' });
    expect(isSeen(circle)).toBe(true);
    for (const [row, column] of cornersOf(circle)) {
      expect(Math.hypot(row - 10, column - 20)).toBeCloseTo(5);
    }
    expect(kernel.asked.at(-1)?.method).toBe('view.statistics');
  });

  it('know the corners of a rectangle from two of them', () => {
    expect(
      cornersOf({
        kind: 'rectangle',
        points: [
          [1, 2],
          [5, 7]
        ]
      })
    ).toEqual([
      [1, 2],
      [1, 7],
      [5, 7],
      [5, 2]
    ]);
    expect(
      isSeen({
        kind: 'polygon',
        points: [
          [0, 0],
          [1, 1]
        ]
      })
    ).toBe(false);
  });
});
