/**
 * Where the pixels of a plane lie on the stage, and which of them are worth asking for.
 * Pixel r of an axis covers r to r + 1; the viewport says what lies at the stage's centre.
 */

export interface Size {
  height: number;
  width: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Size {
  top: number;
  left: number;
}

/** First and last row and column; ends excluded: top, bottom, left, right. */
export type Region = [number, number, number, number];

/** What the stage shows: the position at its centre, and how many screen pixels one array pixel is wide. */
export interface Viewport {
  row: number;
  column: number;
  zoom: number;
  /** Height of a pixel on the screen over its width: 1 for square ones. */
  aspect: number;
}

/** The pixels to ask for. */
export interface Wanted extends Size {
  region: Region;
}

const LARGEST_ZOOM = 64;
const SMALLEST_OF_FIT = 0.25;
const THIN = 6;
const MOST_PIXELS = 8192;
const NEARLY_WHOLE = 0.7;

/** Show the whole plane; with `stretch`, over the whole stage. */
export function fit(plane: Size, stage: Size, stretch = false): Viewport {
  const [down, across] = [stage.height / plane.height, stage.width / plane.width];
  return {
    row: plane.height / 2,
    column: plane.width / 2,
    zoom: stretch ? across : Math.min(down, across),
    aspect: stretch ? down / across : 1
  };
}

/** Whether a plane is so thin that nobody would see it with square pixels. */
export function isThin(plane: Size): boolean {
  return Math.max(plane.height / plane.width, plane.width / plane.height) > THIN;
}

/** Show one array pixel as one pixel of the screen. */
export function oneToOne(view: Viewport, ratio: number): Viewport {
  return { ...view, zoom: 1 / ratio, aspect: 1 };
}

/** Zoom; what lies below the point stays there. */
export function zoomedAt(view: Viewport, plane: Size, stage: Size, at: Point, factor: number): Viewport {
  const whole = fit(plane, stage, view.aspect !== 1).zoom;
  const smallest = Math.min(whole * SMALLEST_OF_FIT, 1);
  const zoom = Math.min(Math.max(view.zoom * factor, smallest), Math.max(LARGEST_ZOOM, whole));
  const [y, x] = [at.y - stage.height / 2, at.x - stage.width / 2];
  const row = view.row + y / (view.zoom * view.aspect) - y / (zoom * view.aspect);
  const column = view.column + x / view.zoom - x / zoom;
  return kept({ ...view, row, column, zoom }, plane);
}

/** Move what is shown by so many pixels of the screen. */
export function panned(view: Viewport, plane: Size, by: Point): Viewport {
  const row = view.row - by.y / (view.zoom * view.aspect);
  return kept({ ...view, row, column: view.column - by.x / view.zoom }, plane);
}

/** Give the position below a point of the stage; null beside the plane. */
export function pixelAt(view: Viewport, plane: Size, stage: Size, at: Point): [number, number] | null {
  const row = Math.floor(view.row + (at.y - stage.height / 2) / (view.zoom * view.aspect));
  const column = Math.floor(view.column + (at.x - stage.width / 2) / view.zoom);
  const inside = row >= 0 && column >= 0 && row < plane.height && column < plane.width;
  return inside ? [row, column] : null;
}

/** Give the place in the plane below a point of the stage, between pixels; beside the plane it goes on. */
export function spotToPlace(view: Viewport, stage: Size, at: Point): [number, number] {
  return [
    view.row + (at.y - stage.height / 2) / (view.zoom * view.aspect),
    view.column + (at.x - stage.width / 2) / view.zoom
  ];
}

/** Give where a region of the plane lies on the stage. */
export function place(view: Viewport, stage: Size, region: Region): Rect {
  const [top, bottom, left, right] = region;
  const down = view.zoom * view.aspect;
  return {
    top: stage.height / 2 + (top - view.row) * down,
    left: stage.width / 2 + (left - view.column) * view.zoom,
    height: (bottom - top) * down,
    width: (right - left) * view.zoom
  };
}

/** Give the region to ask for, and as many pixels of it as the screen shows; `ratio` is screen over CSS pixels. */
export function wanted(view: Viewport, plane: Size, stage: Size, ratio: number): Wanted {
  const down = extent(view.row, stage.height, view.zoom * view.aspect, plane.height, ratio);
  const across = extent(view.column, stage.width, view.zoom, plane.width, ratio);
  return {
    region: [down.from, down.to, across.from, across.to],
    height: down.pixels,
    width: across.pixels
  };
}

interface Extent {
  from: number;
  to: number;
  pixels: number;
}

/** One axis of what is wanted: whole groups of pixels, so that neighbouring regions fit each other. */
function extent(centre: number, screen: number, zoom: number, length: number, ratio: number): Extent {
  const group = Math.max(1, Math.round(1 / (zoom * ratio)));
  const half = screen / zoom / 2;
  let from = Math.max(0, Math.floor((centre - half) / group) * group);
  let to = Math.min(length, Math.ceil((centre + half) / group) * group);
  if (to - from >= NEARLY_WHOLE * length || to <= from) {
    [from, to] = [0, length];
  }
  return { from, to, pixels: Math.min(Math.ceil((to - from) / group), MOST_PIXELS) };
}

/** Keep the centre inside the plane. */
function kept(view: Viewport, plane: Size): Viewport {
  return {
    ...view,
    row: Math.min(Math.max(view.row, 0), plane.height),
    column: Math.min(Math.max(view.column, 0), plane.width)
  };
}
