/** Three planes of one volume that cross at a point: what one is told of position, window or colours, all do. */
import { type ImageChange, ImageModel } from '../imageModel';
import type { Asks } from '../imageSource';
import type { ViewInfo } from '../protocol';

/** Axes down and across of each plane of (slowest, middle, fastest): the slices as they were made come first. */
export function planesOf(axes: string[]): [string, string][] {
  const [slice, row, column] = axes.slice(-3);
  if (!slice || !row || !column) {
    return [];
  }
  return [
    [row, column],
    [slice, column],
    [slice, row]
  ];
}

export class Planes {
  constructor(
    asks: Asks,
    info: ViewInfo,
    /** What the kernel and the levels speak to; it need not be on the screen. */
    private readonly lead: ImageModel
  ) {
    const { index, window, colours } = lead.look;
    this.models = planesOf(info.axes).map((shown, n) => {
      // Each asks under a name of its own: their questions do not take the place of each other's.
      const own: Asks = {
        request: (method, params) => asks.request(method, { ...params, view: `plane ${n}` })
      };
      return new ImageModel(own, info, { index, window, colours, shown });
    });
    this.all = [lead, ...this.models];
    this.all.forEach(model => model.changed.connect(this.follow, this));
  }

  readonly models: ImageModel[];

  /** Go to a point of the volume. */
  go(at: Record<string, number>): void {
    this.lead.set({ index: { ...this.lead.look.index, ...at } });
  }

  replace(info: ViewInfo): void {
    this.models.forEach(model => {
      if (model.info !== info) {
        model.replace(info);
      }
    });
  }

  dispose(): void {
    this.lead.changed.disconnect(this.follow, this);
    this.models.forEach(model => model.dispose());
  }

  private follow(told: ImageModel, change: ImageChange): void {
    if (change !== 'look' || this.following) {
      return;
    }
    this.following = true;
    const { index, window, colours } = told.look;
    const wanted = JSON.stringify([index, window, colours]);
    for (const model of this.all) {
      const { look } = model;
      if (model !== told && JSON.stringify([look.index, look.window, look.colours]) !== wanted) {
        model.set({ index: { ...look.index, ...index }, window, colours });
      }
    }
    this.following = false;
  }

  private following = false;
  private readonly all: ImageModel[];
}
