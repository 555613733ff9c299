/** A volume as three planes with their crossing: press anywhere to look there. */
import * as React from 'react';

import { type Size, place } from '../imageGeometry';
import type { ImageModel } from '../imageModel';
import type { Asks } from '../imageSource';
import { Picture } from '../views/look/imageView';
import { Pointer } from '../views/look/pointer';
import { NumberField } from '../views/look/sliders';
import { useSignal, useSize } from '../views/react';
import type { Exhibit } from './exhibit';
import { Planes } from './planes';
import { share } from './sharing';

export function PlanesWidget({ exhibit }: { exhibit: Exhibit }): JSX.Element {
  useSignal(exhibit.changed);
  const slot = exhibit.slot('main');
  const [planes, setPlanes] = React.useState<Planes | null>(null);
  const { info, model } = slot;
  React.useEffect(() => {
    const first = slot.info;
    if (!model || !first || first.axes.length < 3) {
      return undefined;
    }
    const made = new Planes(slot, first, model);
    const unshare = share(exhibit.shared, model, true);
    setPlanes(made);
    // The one that leads is not on the screen, and what is not seen is not counted.
    exhibit.counted = made.models[0] ?? null;
    return () => {
      exhibit.counted = null;
      unshare();
      setPlanes(null);
      made.dispose();
    };
  }, [exhibit, slot, model]);
  React.useEffect(() => {
    if (info) {
      planes?.replace(info);
    }
  }, [planes, info]);
  return (
    <div className="jp-DaisyLook jp-mod-widget jp-DaisyPlanes">
      {planes?.models.map((one, n) => (
        <Plane key={n} asks={slot} model={one} planes={planes} exhibit={exhibit} />
      )) ?? (
        <div className="jp-DaisyLook-opening" role="status">
          {exhibit.trans.__('Nothing to show yet')}
        </div>
      )}
    </div>
  );
}

interface PlaneProps {
  asks: Asks;
  model: ImageModel;
  planes: Planes;
  exhibit: Exhibit;
}

function Plane({ asks, model, planes, exhibit }: PlaneProps): JSX.Element {
  useSignal(model.changed, 'look');
  const { trans } = exhibit;
  const pointer = React.useMemo(() => new Pointer(), []);
  const [down, across] = model.look.shown;
  const axis = model.leading.find(name => !model.info.axes.slice(0, -3).includes(name)) ?? '';
  const at = model.look.index[axis] ?? 0;
  return (
    <div className="jp-DaisyPlanes-plane" data-daisy-plane={axis}>
      <div className="jp-DaisyPlanes-name">
        <span>{`${down} × ${across}`}</span>
        <label>
          {axis}
          <NumberField
            value={at}
            label={trans.__('Position along %1, 0 to %2', axis, model.length(axis) - 1)}
            onTake={value => model.go(axis, value)}
          />
        </label>
      </div>
      <Picture
        asks={asks}
        model={model}
        pointer={pointer}
        trans={trans}
        onPick={([row, column]) => planes.go({ [down]: Math.floor(row), [across]: Math.floor(column) })}
      >
        <Crossing model={model} />
      </Picture>
    </div>
  );
}

/** Lines where the two other planes cross this one. */
function Crossing({ model }: { model: ImageModel }): JSX.Element {
  const box = React.useRef<SVGSVGElement>(null);
  const size: Size = useSize(box);
  const [down, across] = model.look.shown;
  const [row, column] = [model.look.index[down] ?? 0, model.look.index[across] ?? 0];
  const spot = place(model.viewport, size, [row, row + 1, column, column + 1]);
  const [x, y] = [spot.left + spot.width / 2, spot.top + spot.height / 2];
  // As long as the plane has no size, there is no crossing.
  const there = Number.isFinite(x) && Number.isFinite(y);
  return (
    <svg ref={box} className="jp-DaisyPlanes-crossing" aria-hidden="true">
      {there && <line x1={0} x2={size.width} y1={y} y2={y} />}
      {there && <line x1={x} x2={x} y1={0} y2={size.height} />}
    </svg>
  );
}
