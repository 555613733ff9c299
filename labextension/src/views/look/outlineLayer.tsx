/** Lines and spots over a picture that are looked at only: rings of a calibrant, places that were marked. */
import * as React from 'react';

import { place } from '../../imageGeometry';
import type { Place } from '../../imageMarks';
import type { ImageModel } from '../../imageModel';
import { useSignal, useSize } from '../react';

/** A line through places, or one spot; with a title it is named where it begins. */
export interface Outline {
  points: Place[];
  title?: string;
  /** How it looks: `ring`, `spot`, `shape`; `strong` stands out. */
  kind?: string;
}

interface Props {
  model: ImageModel;
  outlines: Outline[];
}

export function OutlineLayer({ model, outlines }: Props): JSX.Element {
  const box = React.useRef<SVGSVGElement>(null);
  useSignal(model.changed, 'look');
  const stage = useSize(box);
  const spot = ([row, column]: Place) => {
    const { left, top } = place(model.viewport, stage, [row, row, column, column]);
    return [left, top] as const;
  };
  return (
    <svg ref={box} className="jp-DaisyOutlines" aria-hidden="true">
      {stage.width > 0 &&
        outlines.map(({ points, title, kind }, n) => {
          const spots = points.map(spot);
          const [x, y] = spots.find(([left, top]) => isOn(left, top, stage)) ?? spots[0] ?? [0, 0];
          return (
            <g key={n} className="jp-DaisyOutlines-one" data-daisy-outline={kind ?? 'ring'}>
              {spots.length > 1 ? (
                <polyline points={spots.map(one => one.join(',')).join(' ')} />
              ) : (
                <circle cx={x} cy={y} r={5} />
              )}
              {title && (
                <text x={x + 7} y={Math.max(y, 12) + 4}>
                  {title}
                </text>
              )}
            </g>
          );
        })}
    </svg>
  );
}

function isOn(left: number, top: number, stage: { height: number; width: number }): boolean {
  return left >= 0 && top >= 0 && left < stage.width - 24 && top < stage.height;
}
