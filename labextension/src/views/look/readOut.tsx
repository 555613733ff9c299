/** The value under the pointer, in its unit, with its position. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Asker } from '../../imageAsker';
import type { ImageModel } from '../../imageModel';
import type { Asks } from '../../imageSource';
import type { Pointer } from './pointer';

interface Props {
  asks: Asks;
  model: ImageModel;
  pointer: Pointer;
  trans: TranslationBundle;
  /** What else there is to say, as how long it took. */
  note?: string | undefined;
  /** What positions along axes mean, by the name of the axis. */
  scales?: Scales | undefined;
}

/** What a position means: `first` at the middle of the first pixel, and so much more for each one after it. */
export interface Scale {
  title: string;
  first: number;
  step: number;
  digits: number;
  unit: string;
}

export type Scales = Record<string, Scale>;

interface Found {
  place: string;
  text: string;
}

/** Least time from one answer to the next question, milliseconds. */
const PACE = 20;

export function ReadOut({ asks, model, pointer, trans, note, scales }: Props): JSX.Element {
  const [found, setFound] = React.useState<Found | null>(null);
  React.useEffect(() => {
    const asker = new Asker<Record<string, number>, string>(
      index => valueAt(asks, model, index),
      (text, index) => setFound({ place: inWords(model, index, scales), text }),
      () => setFound(null),
      PACE
    );
    const look = () => {
      const index = indexAt(model, pointer);
      if (index) {
        asker.ask(index);
      } else {
        asker.stop();
        setFound(null);
      }
    };
    look();
    pointer.changed.connect(look);
    model.changed.connect(look);
    return () => {
      asker.stop();
      pointer.changed.disconnect(look);
      model.changed.disconnect(look);
    };
  }, [asks, model, pointer, scales]);
  return (
    <div className="jp-DaisyReadOut" aria-live="off">
      <span className="jp-DaisyReadOut-place jp-DaisyNumber">
        {found?.place ?? trans.__('Point at the picture to read a value')}
      </span>
      <span className="jp-DaisyReadOut-value jp-DaisyNumber">{found?.text ?? ''}</span>
      {note && <span className="jp-DaisyReadOut-note jp-DaisyNumber">{note}</span>}
    </div>
  );
}

async function valueAt(asks: Asks, model: ImageModel, index: Record<string, number>): Promise<string> {
  const { name, version } = model.info;
  return (await asks.request('view.pixel', { name, version, index })).result.text;
}

/** Give the whole position below the pointer; null beside the plane. */
function indexAt(model: ImageModel, pointer: Pointer): Record<string, number> | null {
  const { shown, index } = model.look;
  const { height, width } = model.plane;
  const at = pointer.at;
  if (!at || at[0] >= height || at[1] >= width) {
    return null;
  }
  return { ...index, [shown[0]]: at[0], [shown[1]]: at[1] };
}

function inWords(model: ImageModel, index: Record<string, number>, scales: Scales = {}): string {
  const said = (axis: string, at: number): string => {
    const scale = scales[axis];
    return scale
      ? `${scale.title} ${(scale.first + at * scale.step).toFixed(scale.digits)} ${scale.unit}`
      : `${axis} ${at}`;
  };
  return model.info.axes.map(axis => said(axis, index[axis] ?? 0)).join('  ');
}
