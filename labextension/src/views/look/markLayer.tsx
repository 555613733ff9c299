/** Lines and areas over the picture: seen, moved and pulled with the pointer and with the keys. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Point, type Size, type Viewport, place } from '../../imageGeometry';
import type { Mark, Marks, Place } from '../../imageMarks';
import { cornersOf } from '../../imageMarks';
import type { ImageModel } from '../../imageModel';
import { useSignal, useSize } from '../react';

interface Props {
  model: ImageModel;
  box: React.RefObject<HTMLDivElement>;
  trans: TranslationBundle;
}

const MOVES: Record<string, Place> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1]
};
const FAR = 10;

export function MarkLayer({ model, box, trans }: Props): JSX.Element | null {
  const { marks } = model;
  useSignal(model.changed, 'look');
  useSignal(marks.changed);
  const size = useSize(box);
  if (marks.all.length === 0) {
    return null;
  }
  return (
    <svg className="jp-DaisyMarks" data-daisy-drawing={marks.tool !== 'move'}>
      {marks.all.map(mark => (
        <MarkShape key={mark.kind} mark={mark} model={model} stage={size} trans={trans} />
      ))}
    </svg>
  );
}

interface ShapeProps {
  mark: Mark;
  model: ImageModel;
  stage: Size;
  trans: TranslationBundle;
}

function MarkShape({ mark, model, stage, trans }: ShapeProps): JSX.Element {
  const { marks, viewport } = model;
  const spots = cornersOf(mark).map(at => spotOf(at, viewport, stage));
  const path = spots.map(({ x, y }, n) => `${n ? 'L' : 'M'}${x} ${y}`).join('');
  const closed = mark.kind === 'line' ? path : `${path}Z`;
  const drag = useDrag(viewport, by => marks.shift(mark, by));
  return (
    <g
      className="jp-DaisyMarks-mark"
      data-daisy-mark={mark.kind}
      role="group"
      tabIndex={0}
      aria-label={trans.__('%1: arrow keys move it, Delete takes it away', titleOf(mark, trans))}
      onKeyDown={event => onKey(event, mark, marks)}
    >
      <path className="jp-DaisyMarks-shade" d={closed} />
      <path className="jp-DaisyMarks-line" d={closed} />
      <path className="jp-DaisyMarks-grip" d={closed} {...drag} />
      {mark.points.map((_point, n) => (
        <Knob key={n} mark={mark} number={n} model={model} stage={stage} />
      ))}
    </g>
  );
}

function Knob(props: { mark: Mark; number: number; model: ImageModel; stage: Size }): JSX.Element | null {
  const { mark, number, model, stage } = props;
  const [row, column] = mark.points[number] ?? [0, 0];
  const spot = spotOf([row, column], model.viewport, stage);
  const drag = useDrag(model.viewport, by => model.marks.pull(mark, number, [row + by[0], column + by[1]]));
  return <circle className="jp-DaisyMarks-knob" cx={spot.x} cy={spot.y} r={5} {...drag} />;
}

type Drag = Pick<
  React.DOMAttributes<SVGElement>,
  'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel'
>;

/** Tell by how many rows and columns the pointer moved while it was pressed; the picture stays. */
function useDrag(viewport: Viewport, onMove: (by: Place) => void): Drag {
  const from = React.useRef<Point | null>(null);
  const release = () => {
    from.current = null;
  };
  return {
    onPointerDown: event => {
      if (event.button === 0) {
        event.stopPropagation();
        from.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }
    },
    onPointerMove: event => {
      const [at, before] = [{ x: event.clientX, y: event.clientY }, from.current];
      if (before) {
        event.stopPropagation();
        from.current = at;
        onMove([(at.y - before.y) / (viewport.zoom * viewport.aspect), (at.x - before.x) / viewport.zoom]);
      }
    },
    onPointerUp: release,
    onPointerCancel: release
  };
}

function onKey(event: React.KeyboardEvent, mark: Mark, marks: Marks): void {
  const move = MOVES[event.key];
  if (event.key === 'Delete' || event.key === 'Backspace') {
    marks.remove(mark);
  } else if (move) {
    const far = event.shiftKey ? FAR : 1;
    marks.shift(mark, [move[0] * far, move[1] * far]);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function spotOf([row, column]: Place, viewport: Viewport, stage: Size): Point {
  const { left, top } = place(viewport, stage, [row, row, column, column]);
  return { x: left, y: top };
}

function titleOf({ kind }: Mark, trans: TranslationBundle): string {
  switch (kind) {
    case 'line':
      return trans.__('Line');
    case 'rectangle':
      return trans.__('Rectangle');
    case 'polygon':
      return trans.__('Polygon');
    case 'circle':
      return trans.__('Circle');
  }
}
