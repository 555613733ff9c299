import { describe, expect, it } from 'vitest';

import { pagesOf, rowWindow } from '../src/imageTable';

describe('the rows on the screen', () => {
  it('are those at the scroll position', () => {
    expect(rowWindow(1000, 240, 500, 24)).toEqual({ first: 41, last: 52, height: 12_000, top: 984 });
  });

  it('are all of a short table', () => {
    expect(rowWindow(0, 240, 3, 24)).toEqual({ first: 0, last: 3, height: 72, top: 0 });
  });

  it('reach from the first to the last of a table longer than a page can be', () => {
    const rows = 1e9;
    expect(rowWindow(0, 240, rows, 24).first).toBe(0);
    const { height } = rowWindow(0, 240, rows, 24);
    expect(height).toBeLessThan(1e7);
    const end = rowWindow(height - 240, 240, rows, 24);
    expect(end.last).toBe(rows);
    expect(end.first).toBe(rows - 10);
  });

  it('lie on whole pages', () => {
    expect(pagesOf(0, 10, 100)).toEqual([0]);
    expect(pagesOf(95, 201, 100)).toEqual([0, 1, 2]);
    expect(pagesOf(100, 100, 100)).toEqual([1]);
  });
});
