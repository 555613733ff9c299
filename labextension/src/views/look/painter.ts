/** Paints pictures onto a stage: coloured once per window and map, drawn anew for each move. */
import { colourTable, veil } from '../../imageColours';
import { type Size, place } from '../../imageGeometry';
import { coloured, lookup } from '../../imageLevels';
import type { ImageModel } from '../../imageModel';
import type { Picture } from '../../imageSource';

const SHARP_FROM = 2;

/** A picture in colours, to be drawn at any size. */
class Tinted {
  readonly canvas = document.createElement('canvas');

  /** Colour a picture, unless it is so already. */
  take(picture: Picture, tint: string, table: () => Uint32Array): HTMLCanvasElement {
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
    coloured(picture.levels, table(), new Uint32Array(this.pixels.data.buffer));
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
        const { window, colours } = look;
        const tinted = slot.take(part, `${window.low} ${window.high} ${colours}`, () =>
          lookup(colourTable(colours), window, part, part.bits)
        );
        context.drawImage(tinted, at.left * ratio, at.top * ratio, at.width * ratio, at.height * ratio);
      }
    }
    this.cover(context, model, stage, ratio);
    if (picture) {
      canvas.dataset.daisyVersion = String(model.info.version);
      canvas.dataset.daisyPainted = Object.entries(picture.question.index ?? {})
        .map(([axis, position]) => `${axis}=${position}`)
        .join(' ');
      canvas.dataset.daisyRegion = picture.region.join(' ');
    }
  }

  /** Draw what covers the picture. */
  private cover(context: CanvasRenderingContext2D, model: ImageModel, stage: Size, ratio: number): void {
    const { overlay, viewport } = model;
    const layer = overlay?.picture;
    if (!overlay || !layer) {
      return;
    }
    const at = place(viewport, stage, layer.region);
    context.imageSmoothingEnabled = false;
    const tinted = this.layer.take(layer, `over ${overlay.opacity}`, () => veil(overlay.opacity));
    context.drawImage(tinted, at.left * ratio, at.top * ratio, at.width * ratio, at.height * ratio);
  }

  private readonly layer = new Tinted();
  private readonly whole = new Tinted();
  private readonly detail = new Tinted();
}
