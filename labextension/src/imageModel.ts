/**
 * What an image view looks at: axes, positions, zoom, window, colours; and the picture that answers it.
 * It knows no DOM: the stage tells its size, and paints whatever picture there is.
 */
import { type ISignal, Signal } from '@lumino/signaling';

import { Asker } from './imageAsker';
import type { ColourName } from './imageColours';
import * as geometry from './imageGeometry';
import { type Histogram, type Range, autoWindow, holds, orderly, spanFor } from './imageLevels';
import { Marks, type Plane } from './imageMarks';
import type { Overlay } from './imageOverlay';
import { type Asks, type ImageQuestion, ImageSource, type Picture, keyOf } from './imageSource';
import type { ImageReply, ViewInfo } from './protocol';

/** Everything that a user can change. */
export interface Look {
  /** Axes down and across. */
  shown: [string, string];
  /** Position along each axis. */
  index: Record<string, number>;
  /** Null for the whole plane. */
  viewport: geometry.Viewport | null;
  stretch: boolean;
  window: Range;
  colours: ColourName;
}

export type ImageChange = 'look' | 'picture' | 'histogram' | 'problem';

const REST = 140;
const BINS = 256;
/** Part that two windows must have in common for one to do for the other. */
const FITTING = 0.4;

export class ImageModel {
  constructor(
    private readonly asks: Asks,
    info: ViewInfo,
    look: Partial<Look> = {}
  ) {
    this._info = info;
    this._look = firstLook(info, look);
    this.chosen = look.window !== undefined;
    this.span = spanFor(this._look.window);
    this.source = new ImageSource(asks, info);
    this.marks = new Marks(asks, () => this.positioned());
  }

  /** What is drawn onto the picture. */
  readonly marks: Marks;
  picture: Picture | null = null;
  /** The whole plane that the picture is a part of, coarser; null when it is of another position. */
  overview: Picture | null = null;
  histogram: Histogram | null = null;
  problem: unknown = null;

  get changed(): ISignal<this, ImageChange> {
    return this._changed;
  }

  /** What covers the picture, as a mask; null for nothing. */
  get overlay(): Overlay | null {
    return this._overlay;
  }

  set overlay(overlay: Overlay | null) {
    this._overlay?.dispose();
    this._overlay = overlay;
    // Before the stage has a size nothing can be asked; the first picture asks.
    if (this.stage.height > 0) {
      overlay?.ask(this.question());
    }
    this._changed.emit('picture');
  }

  get info(): ViewInfo {
    return this._info;
  }

  get look(): Look {
    return this._look;
  }

  /** Size of the plane that is shown. */
  get plane(): geometry.Size {
    const [down, across] = this._look.shown;
    return { height: this.length(down), width: this.length(across) };
  }

  get viewport(): geometry.Viewport {
    return this._look.viewport ?? geometry.fit(this.plane, this.stage, this._look.stretch);
  }

  /** Axes that have a slider. */
  get leading(): string[] {
    return this._info.axes.filter(axis => !this._look.shown.includes(axis));
  }

  /** The axis that keys go along: the one that was moved last. */
  get lead(): string | undefined {
    const { leading } = this;
    return leading.includes(this.moved) ? this.moved : leading[0];
  }

  length(axis: string): number {
    return this._info.shape[this._info.axes.indexOf(axis)] ?? 1;
  }

  /** Look at something else. */
  set(change: Partial<Look>): void {
    const before = this._look;
    this._look = { ...before, ...change };
    if (change.window) {
      this.chosen = true;
      this._look.window = orderly(change.window.low, change.window.high);
      if (!holds(this.span, this._look.window, 16)) {
        this.span = spanFor(this._look.window);
      }
    }
    if (change.shown && change.shown.join() !== before.shown.join()) {
      this.picture = this.overview = this.histogram = null;
    }
    this._changed.emit('look');
    this.refresh();
  }

  /** Go to a position along an axis; beyond the ends is at the ends. */
  go(axis: string, position: number): void {
    const kept = Math.min(Math.max(Math.round(position), 0), this.length(axis) - 1);
    if (kept !== this._look.index[axis]) {
      this.moved = axis;
      this.set({ index: { ...this._look.index, [axis]: kept } });
    }
  }

  /** Show other axes; one that was shown on the other side changes places. */
  show(side: 'down' | 'across', axis: string): void {
    const [down, across] = this._look.shown;
    const shown: [string, string] =
      side === 'down' ? [axis, axis === across ? down : across] : [axis === down ? across : down, axis];
    const plane = { height: this.length(shown[0]), width: this.length(shown[1]) };
    this.set({ shown, viewport: null, stretch: geometry.isThin(plane) });
  }

  /** The stage has this size now; `ratio` is screen over CSS pixels. */
  resize(stage: geometry.Size, ratio: number): void {
    if (stage.height > 0 && stage.width > 0) {
      this.stage = stage;
      this.ratio = ratio;
      this.refresh();
    }
  }

  /** Look at another version: as before, where it has the same axes. */
  replace(info: ViewInfo): void {
    const same = info.axes.join() === this._info.axes.join() && info.shape.join() === this._info.shape.join();
    this._info = info;
    this.source = new ImageSource(this.asks, info);
    this.asker.stop();
    this.asked = '';
    if (!same) {
      this._look = firstLook(info, { colours: this._look.colours });
      this.picture = this.overview = null;
    } else if (!this.chosen || !meets(this._look.window, info)) {
      this.chosen = false;
      this._look = { ...this._look, window: orderly(info.low ?? 0, info.high ?? 1) };
    }
    this.span = spanFor(this._look.window);
    this.histogram = null;
    this._changed.emit('look');
    this.refresh();
  }

  /** What a picture of what is looked at is asked with. */
  get asking(): ImageQuestion {
    return this.question();
  }

  /** Take a version whose picture came along unasked: what is on the screen stays until it is drawn over. */
  push(info: ViewInfo, question: ImageQuestion, reply: ImageReply, buffer: ArrayBuffer): void {
    const before = this._info;
    const same = info.axes.join() === before.axes.join() && info.shape.join() === before.shape.join();
    if (!same || !suits(this._look.window, info, this.chosen)) {
      this.replace(info);
      return;
    }
    this._info = info;
    this.source = new ImageSource(this.asks, info);
    this.asker.stop();
    this.overview = null;
    this.counted = '';
    const picture = this.source.keep(question, reply, buffer);
    this.asked = picture.key;
    this.took(picture);
    this.refresh();
  }

  /** Whether the histogram is on the screen; only then it is asked for. */
  set countsValues(on: boolean) {
    this.counting = on;
    this.rest();
  }

  /** Ask for what is looked at, unless it is here or under way. */
  refresh(again = false): void {
    if (this._isDisposed || this.stage.height === 0) {
      return;
    }
    const question = this.question();
    const key = keyOf(question);
    if (again || key !== this.asked) {
      this.asked = key;
      this.asker.ask(question);
    }
  }

  /** Draw anew what is here: something over the picture changed. */
  repaint(): void {
    this._changed.emit('picture');
  }

  /** The window that leaves outliers out. */
  auto(): void {
    if (this.histogram) {
      this.set({ window: autoWindow(this.histogram) });
    }
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this.timer);
    this.asker.stop();
    this._overlay?.dispose();
    this.marks.dispose();
    Signal.clearData(this);
  }

  /** Which plane is looked at, of which object. */
  private positioned(): Plane {
    const { shown, index } = this.question();
    return { name: this._info.name, version: this._info.version, shown: shown ?? null, index: index ?? {} };
  }

  private question(index = this._look.index): ImageQuestion {
    const { region, height, width } = geometry.wanted(this.viewport, this.plane, this.stage, this.ratio);
    const positions = Object.fromEntries(this.leading.map(axis => [axis, index[axis] ?? 0]));
    return { shown: this._look.shown, index: positions, region, height, width, ...this.span, bits: 16 };
  }

  private took(picture: Picture): void {
    this.picture = picture;
    const { height, width } = this.plane;
    const [top, bottom, left, right] = picture.region;
    if (top === 0 && left === 0 && bottom === height && right === width) {
      this.overview = picture;
    } else if (this.overview && sliceOf(this.overview.question) !== sliceOf(picture.question)) {
      this.overview = null;
    }
    if (this.problem) {
      this.problem = null;
      this._changed.emit('problem');
    }
    this._changed.emit('picture');
    this._overlay?.ask(picture.question);
    const slice = sliceOf(picture.question) + this._info.version;
    if (slice !== this.marked) {
      this.marked = slice;
      this.marks.ask();
    }
    this.rest();
  }

  private failed(error: unknown): void {
    this.asked = '';
    this.problem = error;
    this._changed.emit('problem');
  }

  /** Once nothing has moved for a moment: count values, and fetch what is likely to be wanted next. */
  private rest(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.rested(), REST);
  }

  private async rested(): Promise<void> {
    if (!this.isAtRest()) {
      return;
    }
    if (this.counting) {
      await this.count();
    }
    const axis = this.lead;
    if (axis && this.isAtRest()) {
      const at = this._look.index[axis] ?? 0;
      const near = [at + 1, at - 1].filter(place => place >= 0 && place < this.length(axis));
      await this.source.prefetch(near.map(place => this.question({ ...this._look.index, [axis]: place })));
    }
  }

  private isAtRest(): boolean {
    return !this._isDisposed && this.asker.idle && this.picture !== null;
  }

  private async count(): Promise<void> {
    const index = this.question().index ?? {};
    const slice = sliceOf({ shown: this._look.shown, index }) + this._info.version;
    if (this.histogram && this.counted === slice) {
      return;
    }
    const { name, version } = this._info;
    const params = { name, version, shown: [...this._look.shown], index, bins: BINS };
    try {
      const { result, buffers } = await this.asks.request('view.histogram', params);
      const counts = new Uint32Array(buffers[0] ?? new ArrayBuffer(0));
      this.counted = slice;
      this.histogram = { counts, low: result.low, high: result.high, finite: result.finite };
      this._changed.emit('histogram');
    } catch {
      // The picture's own request tells what is wrong; without counts the window is typed.
    }
  }

  private _info: ViewInfo;
  private _look: Look;
  private span: Range;
  private source: ImageSource;
  private stage: geometry.Size = { height: 0, width: 0 };
  private ratio = 1;
  private asked = '';
  private moved = '';
  private counted = '';
  private marked = '';
  private _overlay: Overlay | null = null;
  private counting = false;
  /** Whether someone chose the window. */
  private chosen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly asker = new Asker<ImageQuestion, Picture>(
    question => this.source.fetch(question),
    picture => this.took(picture),
    error => this.failed(error)
  );
  private readonly _changed = new Signal<this, ImageChange>(this);
}

/** Whether a window shows anything of what an object holds. */
function meets(window: Range, { low, high }: ViewInfo): boolean {
  return low === null || high === null || (window.low < high && window.high > low);
}

/** Whether a window can stay when the object changed: for good when someone chose it, else while it is no bad one. */
function suits(window: Range, info: ViewInfo, chosen: boolean): boolean {
  const { low, high } = info;
  if (chosen || low === null || high === null) {
    return meets(window, info);
  }
  const common = Math.min(window.high, high) - Math.max(window.low, low);
  return common > FITTING * Math.max(window.high - window.low, high - low);
}

/** Which plane a question is about. */
function sliceOf(question: ImageQuestion): string {
  return keyOf({ shown: question.shown ?? null, index: question.index ?? {} });
}

/** What to look at first: what was looked at before as far as it still is there, else the middle of everything. */
function firstLook(info: ViewInfo, before: Partial<Look>): Look {
  const known = (axes: readonly string[]) => axes.every(axis => info.axes.includes(axis));
  const proposed: [string, string] = [info.shown[0] ?? '', info.shown[1] ?? ''];
  const shown = before.shown && known(before.shown) ? before.shown : proposed;
  const lengthOf = (axis: string) => info.shape[info.axes.indexOf(axis)] ?? 1;
  const index = Object.fromEntries(
    info.axes.map(axis => {
      const place = before.index?.[axis] ?? Math.floor(lengthOf(axis) / 2);
      return [axis, Math.min(place, lengthOf(axis) - 1)];
    })
  );
  const thin = geometry.isThin({ height: lengthOf(shown[0]), width: lengthOf(shown[1]) });
  return {
    shown,
    index,
    viewport: before.viewport ?? null,
    stretch: before.stretch ?? thin,
    window: before.window ?? orderly(info.low ?? 0, info.high ?? 1),
    colours: before.colours ?? 'grey'
  };
}
