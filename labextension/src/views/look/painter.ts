/** Paints pictures onto a stage: coloured once per window and map, drawn anew for each move. */
import { type ColourName, colourTable } from '../../imageColours';
import { place } from '../../imageGeometry';
import { coloured, lookup, type Range } from '../../imageLevels';
import type { ImageModel } from '../../imageModel';
import type { Picture } from '../../imageSource';

const SHARP_FROM = 2;

/** A picture in colours, to be drawn at any size. */
class Tinted {
  readonly canvas = document.createElement('canvas');

  /** Colour a picture, unless it is so already. */
  take(picture: Picture, window: Range, colours: ColourName): HTMLCanvasElement {
    const tint = `${window.low} ${window.high} ${colours}`;
    if (picture === this.picture && tint === this.tint) {
      return this.canvas;
    }
    [this.picture, this.tint] = [picture, tint];
    const context = this.canvas.getContext('2d');
    if (!context || picture.height === 0 || picture.width === 0) {
      return this.canvas;
    }
    if (!this.pixels || this.pixels.width !== picture.width || this.pixels.height !== picture.height) {
      [this.canvas.width, this.canvas.height] = [picture.width, picture.height];
      this.pixels = context.createImageData(picture.width, picture.height);
    }
    const table = lookup(colourTable(colours), window, picture, picture.bits);
    coloured(picture.levels, table, new Uint32Array(this.pixels.data.buffer));
    context.putImageData(this.pixels, 0, 0);
    return this.canvas;
  }

  private picture: Picture | null = null;
  private tint = '';
  private pixels: ImageData | null = null;
}

export class Painter {
  /** Paint what a model shows; `ratio` is screen over CSS pixels. */
  paint(canvas: HTMLCanvasElement, model: ImageModel, ratio: number): void {
    const context = canvas.getContext('2d');
    if (!context) {
      return;
    }
    context.clearRect(0, 0, canvas.width, canvas.height);
    const { picture, overview, viewport, look } = model;
    const stage = { height: canvas.height / ratio, width: canvas.width / ratio };
    const below = overview && overview !== picture ? overview : null;
    for (const [slot, part] of [
      [this.whole, below],
      [this.detail, picture]
    ] as const) {
      if (part) {
        const at = place(viewport, stage, part.region);
        context.imageSmoothingEnabled = (at.width * ratio) / part.width < SHARP_FROM;
        context.imageSmoothingQuality = 'medium';
        const tinted = slot.take(part, look.window, look.colours);
        context.drawImage(tinted, at.left * ratio, at.top * ratio, at.width * ratio, at.height * ratio);
      }
    }
    if (picture) {
      canvas.dataset.daisyPainted = Object.entries(picture.question.index ?? {})
        .map(([axis, position]) => `${axis}=${position}`)
        .join(' ');
      canvas.dataset.daisyRegion = picture.region.join(' ');
    }
  }

  private readonly whole = new Tinted();
  private readonly detail = new Tinted();
}
