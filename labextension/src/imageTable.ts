/** Which rows of a long table are on the screen; a page can only be so high, so very long ones scroll in steps. */

const MOST_HEIGHT = 8_000_000;

/** What is drawn. */
export interface RowWindow {
  first: number;
  last: number;
  /** Height of the scrolled page. */
  height: number;
  /** Where the first row is drawn. */
  top: number;
}

/** Give the rows from `first` to `last` (excluded) that show at a scroll position. */
export function rowWindow(scrollTop: number, view: number, rows: number, rowHeight: number): RowWindow {
  const full = rows * rowHeight;
  const height = Math.min(full, MOST_HEIGHT);
  const reach = Math.max(height - view, 1);
  const part = Math.min(Math.max(scrollTop / reach, 0), 1);
  // At the top the first row is at the top, at the end the last one at the foot, whatever the steps between.
  const hidden = height < full ? part * Math.max(full - view, 0) : scrollTop;
  const first = Math.min(Math.max(Math.floor(hidden / rowHeight), 0), Math.max(rows - 1, 0));
  const last = Math.min(first + Math.ceil(view / rowHeight) + 1, rows);
  return { first, last, height, top: scrollTop - (hidden - first * rowHeight) };
}

/** Give the numbers of the pages that hold these rows. */
export function pagesOf(first: number, last: number, size: number): number[] {
  const from = Math.floor(first / size);
  const to = Math.floor(Math.max(last - 1, first) / size);
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}
