/** The bar that says which colour is which value. */
import * as React from 'react';

import { type ColourName, colourTable, cssColour } from '../../imageColours';
import type { Range } from '../../imageLevels';
import { shortNumber, ticks } from '../../imageTicks';

interface Props {
  window: Range;
  colours: ColourName;
  unit: string;
  label: string;
}

const STOPS = 24;
const MARKS = 5;

export function Legend({ window, colours, unit, label }: Props): JSX.Element {
  const span = window.high - window.low;
  const marks = ticks(window.low, window.high, MARKS);
  return (
    <div className="jp-DaisyLegend" role="img" aria-label={label}>
      <span className="jp-DaisyLegend-unit">{unit}</span>
      <div className="jp-DaisyLegend-body">
        <div className="jp-DaisyLegend-bar" style={{ background: gradient(colours) }} />
        <div className="jp-DaisyLegend-marks">
          {marks.map(value => (
            <span
              key={value}
              className="jp-DaisyNumber"
              style={{ bottom: `${((value - window.low) / span) * 100}%` }}
            >
              {shortNumber(value)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Give a map as CSS writes it, from below to above. */
export function gradient(colours: ColourName): string {
  const table = colourTable(colours);
  const stops = Array.from({ length: STOPS }, (_, n) =>
    cssColour(table[Math.round((n / (STOPS - 1)) * (table.length - 1))] ?? 0)
  );
  return `linear-gradient(to top, ${stops.join(', ')})`;
}
