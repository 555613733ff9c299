/** The dark stage: the picture, zoomed with the wheel, moved by dragging, all of it from the keyboard, too. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  type Point,
  type Size,
  oneToOne,
  panned,
  pixelAt,
  place,
  spotToPlace,
  zoomedAt
} from '../../imageGeometry';
import type { Place } from '../../imageMarks';
import type { ImageChange, ImageModel } from '../../imageModel';
import { useSignal } from '../react';
import { MarkLayer } from './markLayer';
import { Painter } from './painter';
import type { Pointer } from './pointer';
import { pressed } from './stageKeys';

interface Props {
  model: ImageModel;
  pointer: Pointer;
  trans: TranslationBundle;
  label: string;
  /** Told where the picture is pressed, when it is not moved. */
  onPick?: ((at: Place) => void) | undefined;
  children?: React.ReactNode;
}

export function Stage({ model, pointer, trans, label, onPick, children }: Props): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLCanvasElement>(null);
  usePainting(model, box, canvas);
  useWheel(model, box);
  const hand = useHand(model, pointer, box, onPick);
  useSignal(model.marks.changed, 'tool');
  const help = trans.__(
    'Arrow keys go through the slices, with Shift they move the picture; plus and minus zoom, 0 shows all of it, 1 shows one pixel as one.'
  );
  return (
    <div
      ref={box}
      className="jp-DaisyLook-stage"
      role="application"
      aria-roledescription={trans.__('picture')}
      aria-label={`${label}. ${help}`}
      tabIndex={0}
      onKeyDown={event => {
        const picked = onPick && event.key === 'Enter' && model.marks.tool === 'move';
        if (picked) {
          // Without a mouse the middle of the stage is what is pressed; Shift and arrows move the picture below it.
          onPick([model.viewport.row, model.viewport.column]);
        }
        if (picked || pressed(event, model, sizeOf(box.current))) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      data-daisy-tool={model.marks.tool}
      data-daisy-picks={onPick !== undefined}
      onDoubleClick={() => (model.marks.isOpen ? model.marks.finish() : model.set({ viewport: null }))}
      {...hand}
    >
      <canvas ref={canvas} className="jp-DaisyStage-canvas" />
      {children}
      <MarkLayer model={model} box={box} trans={trans} />
      <Cross model={model} pointer={pointer} box={box} />
    </div>
  );
}

/** A mark at the pointer's pixel, seen best in a linked view, where no mouse is. */
function Cross({ model, pointer, box }: Pick<Props, 'model' | 'pointer'> & { box: Box }): JSX.Element {
  const mark = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const draw = () => {
      const [element, at] = [mark.current, pointer.at];
      if (element) {
        element.hidden = !at;
        const region = at ? ([at[0], at[0] + 1, at[1], at[1] + 1] as [number, number, number, number]) : null;
        if (region) {
          const spot = place(model.viewport, sizeOf(box.current), region);
          element.style.transform = `translate(${spot.left + spot.width / 2}px, ${spot.top + spot.height / 2}px)`;
        }
      }
    };
    draw();
    pointer.changed.connect(draw);
    model.changed.connect(draw);
    return () => {
      pointer.changed.disconnect(draw);
      model.changed.disconnect(draw);
    };
  }, [model, pointer, box]);
  return <div ref={mark} className="jp-DaisyLook-stage-cross" aria-hidden="true" hidden />;
}

type Box = React.RefObject<HTMLDivElement>;

/** Keep the canvas as large as its box, and paint a new picture at once, a move with the next frame. */
function usePainting(model: ImageModel, box: Box, canvas: React.RefObject<HTMLCanvasElement>): void {
  React.useEffect(() => {
    const [element, target] = [box.current, canvas.current];
    if (!element || !target) {
      return;
    }
    const painter = new Painter();
    let frame = 0;
    const paint = () => {
      cancelAnimationFrame(frame);
      frame = 0;
      painter.paint(target, model, window.devicePixelRatio || 1);
    };
    const changed = (_model: ImageModel, change: ImageChange) => {
      if (change === 'picture') {
        paint();
      } else if (change === 'look' && !frame) {
        frame = requestAnimationFrame(paint);
      }
    };
    const observer = new ResizeObserver(() => {
      const ratio = window.devicePixelRatio || 1;
      const size = sizeOf(element);
      [target.width, target.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      model.resize(size, ratio);
      paint();
    });
    observer.observe(element);
    model.changed.connect(changed);
    return () => {
      observer.disconnect();
      model.changed.disconnect(changed);
      cancelAnimationFrame(frame);
    };
  }, [model, box, canvas]);
}

/** Zoom with the wheel; React listens passively, so this listens itself. */
function useWheel(model: ImageModel, box: Box): void {
  React.useEffect(() => {
    const element = box.current;
    const turned = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      const factor = Math.exp(-event.deltaY * lines * 0.0015);
      const view = zoomedAt(model.viewport, model.plane, sizeOf(element), spotOf(event, element), factor);
      model.set({ viewport: view });
    };
    element?.addEventListener('wheel', turned, { passive: false });
    return () => element?.removeEventListener('wheel', turned);
  }, [model, box]);
}

type Hand = Pick<
  React.DOMAttributes<HTMLDivElement>,
  'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onPointerLeave'
>;

/** Move the picture by dragging, or draw onto it; and tell where the pointer is. */
function useHand(model: ImageModel, pointer: Pointer, box: Box, onPick: Props['onPick']): Hand {
  const moved = React.useRef(false);
  const from = React.useRef<Point | null>(null);
  const { marks } = model;
  const placeOf = (event: React.PointerEvent) =>
    spotToPlace(model.viewport, sizeOf(box.current), spotOf(event.nativeEvent, box.current));
  const release = (event: React.PointerEvent) => {
    if (from.current && marks.tool === 'move' && !moved.current) {
      onPick?.(placeOf(event));
    }
    if (from.current && marks.tool !== 'move' && !marks.isOpen) {
      marks.finish();
    }
    from.current = null;
    box.current?.classList.remove('jp-mod-dragged');
  };
  const drag = (event: React.PointerEvent, begun: Point) => {
    const by = { x: event.clientX - begun.x, y: event.clientY - begun.y };
    from.current = { x: event.clientX, y: event.clientY };
    if (by.x || by.y) {
      moved.current = true;
      event.currentTarget.classList.add('jp-mod-dragged');
      model.set({ viewport: panned(model.viewport, model.plane, by) });
    }
  };
  return {
    onPointerDown: event => {
      if (event.button === 0) {
        from.current = { x: event.clientX, y: event.clientY };
        moved.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
        marks.press(placeOf(event));
      }
    },
    onPointerMove: event => {
      if (marks.tool !== 'move' && (from.current ?? marks.isOpen)) {
        marks.draw(placeOf(event));
      } else if (from.current) {
        drag(event, from.current);
      }
      const stage = sizeOf(box.current);
      pointer.move(pixelAt(model.viewport, model.plane, stage, spotOf(event.nativeEvent, box.current)));
    },
    onPointerUp: release,
    onPointerCancel: release,
    onPointerLeave: () => pointer.move(null)
  };
}

/** Show one pixel of the array as one of the screen. */
export function toOneToOne(model: ImageModel): void {
  model.set({ viewport: oneToOne(model.viewport, window.devicePixelRatio || 1) });
}

function sizeOf(element: HTMLElement | null): Size {
  return { height: element?.clientHeight ?? 0, width: element?.clientWidth ?? 0 };
}

function spotOf(event: MouseEvent, element: HTMLElement | null): Point {
  const box = element?.getBoundingClientRect();
  return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
}
