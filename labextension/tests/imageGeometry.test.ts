import { describe, expect, it } from 'vitest';

import { fit, isThin, oneToOne, panned, pixelAt, place, wanted, zoomedAt } from '../src/imageGeometry';

const PLANE = { height: 2048, width: 1024 };
const STAGE = { height: 512, width: 512 };

describe('the viewport', () => {
  it('fits the whole plane with square pixels', () => {
    const view = fit(PLANE, STAGE);
    expect(view).toEqual({ row: 1024, column: 512, zoom: 0.25, aspect: 1 });
    expect(place(view, STAGE, [0, 2048, 0, 1024])).toEqual({ top: 0, left: 128, height: 512, width: 256 });
  });

  it('fills the whole stage when stretched', () => {
    const view = fit(PLANE, STAGE, true);
    expect(place(view, STAGE, [0, 2048, 0, 1024])).toEqual({ top: 0, left: 0, height: 512, width: 512 });
  });

  it('keeps the position below the pointer while it zooms', () => {
    const at = { x: 300, y: 40 };
    const before = pixelAt(fit(PLANE, STAGE), PLANE, STAGE, at);
    const after = zoomedAt(fit(PLANE, STAGE), PLANE, STAGE, at, 7);
    expect(after.zoom).toBeCloseTo(1.75);
    expect(pixelAt(after, PLANE, STAGE, at)).toEqual(before);
  });

  it('zooms neither in nor out for ever', () => {
    const middle = { x: 256, y: 256 };
    expect(zoomedAt(fit(PLANE, STAGE), PLANE, STAGE, middle, 1e9).zoom).toBe(64);
    expect(zoomedAt(fit(PLANE, STAGE), PLANE, STAGE, middle, 1e-9).zoom).toBe(0.0625);
  });

  it('follows the hand, and keeps its centre on the plane', () => {
    const view = oneToOne(fit(PLANE, STAGE), 2);
    expect(view.zoom).toBe(0.5);
    const moved = panned(view, PLANE, { x: 10, y: -20 });
    expect([moved.row, moved.column]).toEqual([1064, 492]);
    expect(panned(view, PLANE, { x: 1e6, y: 1e6 })).toMatchObject({ row: 0, column: 0 });
  });

  it('knows no pixel beside the plane', () => {
    expect(pixelAt(fit(PLANE, STAGE), PLANE, STAGE, { x: 100, y: 100 })).toBeNull();
    expect(pixelAt(fit(PLANE, STAGE), PLANE, STAGE, { x: 128, y: 0 })).toEqual([0, 0]);
  });

  it('tells thin planes from others', () => {
    expect(isThin({ height: 2, width: 640 })).toBe(true);
    expect(isThin({ height: 181, width: 640 })).toBe(false);
  });
});

describe('what is asked for', () => {
  it('is the whole plane, with about as many pixels as the screen has', () => {
    expect(wanted(fit(PLANE, STAGE), PLANE, STAGE, 1)).toEqual({
      region: [0, 2048, 0, 1024],
      height: 512,
      width: 256
    });
  });

  it('is finer on a finer screen', () => {
    expect(wanted(fit(PLANE, STAGE), PLANE, STAGE, 2)).toMatchObject({ height: 1024, width: 512 });
  });

  it('is no more than what the stage shows, in whole groups of pixels', () => {
    const view = { row: 1000, column: 500, zoom: 0.5, aspect: 1 };
    const { region, height, width } = wanted(view, { height: 1e5, width: 1e5 }, STAGE, 1);
    expect(region).toEqual([488, 1512, 0, 1012]);
    expect([height, width]).toEqual([512, 506]);
  });

  it('does not grow with the plane', () => {
    for (const size of [1e3, 1e4, 1e6]) {
      const plane = { height: size, width: size };
      const { height, width } = wanted(fit(plane, STAGE), plane, STAGE, 1);
      expect(height * width).toBeLessThan(2.3 * 512 * 512);
    }
  });

  it('is one pixel per array pixel when zoomed in', () => {
    const view = { row: 1024, column: 512, zoom: 8, aspect: 1 };
    expect(wanted(view, PLANE, STAGE, 1)).toEqual({ region: [992, 1056, 480, 544], height: 64, width: 64 });
  });
});
