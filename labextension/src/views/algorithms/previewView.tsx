/** The picture below a form, on a dark stage, with its levels and the time it took. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Picture, pixelsOf, type Preview } from '../../formsPreview';
import { shortNumber } from '../../imageTicks';
import { secondsText } from '../../objects';
import type { ImageReply } from '../../protocol';
import { FaultView } from '../fault';

interface Props {
  preview: Preview;
  /** Why there is nothing to show; empty when there is. */
  reason: string;
  trans: TranslationBundle;
}

export function PreviewView({ preview, reason, trans }: Props): JSX.Element {
  const { picture, pending, error } = preview;
  const shown = picture !== null;
  const all = React.useRef<HTMLElement>(null);
  React.useEffect(() => {
    const node = all.current;
    if (node) {
      preview.size = Math.min(Math.max(Math.round(node.clientWidth * window.devicePixelRatio), 128), 2048);
      node.scrollIntoView({ block: 'nearest' });
    }
  }, [preview, shown]);
  return (
    <section ref={all} className="jp-DaisyPreview" aria-label={trans.__('Preview')} aria-busy={pending}>
      <div className="jp-DaisyStage">
        {picture ? (
          <Canvas picture={picture} label={trans.__('Preview of one block of the result')} />
        ) : (
          <p className="jp-DaisyStage-word">{reason || (error ? '' : trans.__('Computing one block…'))}</p>
        )}
      </div>
      {picture && picture.about.length > 1 && (
        <Position preview={preview} about={picture.about} trans={trans} />
      )}
      {picture && <Caption picture={picture} pending={pending} trans={trans} />}
      {error && <FaultView fault={error} trans={trans} />}
    </section>
  );
}

/** A picture so long that it would be a line is stretched. */
const THIN = 10;

function Canvas({ picture, label }: { picture: Picture; label: string }): JSX.Element {
  const node = React.useRef<HTMLCanvasElement>(null);
  const { height, width } = picture.about;
  React.useLayoutEffect(() => {
    node.current?.getContext('2d')?.putImageData(new ImageData(pixelsOf(picture), width, height), 0, 0);
  }, [picture, width, height]);
  const thin = width > THIN * height || height > THIN * width;
  return (
    <canvas
      ref={node}
      className={thin ? 'jp-mod-thin' : ''}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}

function Caption({
  picture,
  pending,
  trans
}: {
  picture: Picture;
  pending: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { region, low, high, seconds } = picture.about;
  const [top, bottom, left, right] = region;
  return (
    <div className="jp-DaisyPreview-caption jp-DaisyNumber">
      <span>{`${bottom - top}×${right - left}`}</span>
      <span
        title={trans.__('Values of black and white')}
      >{`${shortNumber(low, 3)} … ${shortNumber(high, 3)}`}</span>
      <span>{pending ? trans.__('computing…') : secondsText(seconds)}</span>
    </div>
  );
}

interface PositionProps {
  preview: Preview;
  about: ImageReply;
  trans: TranslationBundle;
}

/** Which block of the result is computed. */
function Position({ preview, about, trans }: PositionProps): JSX.Element {
  const { along, length } = about;
  const place = Math.min(preview.index[along] ?? about.place, length - 1);
  return (
    <label className="jp-DaisyPreview-position">
      <span>{along}</span>
      <input
        type="range"
        className="jp-DaisySlider"
        min={0}
        max={length - 1}
        value={place}
        aria-valuetext={trans.__('%1 of %2', place, length)}
        onChange={event => {
          preview.moveTo(along, Number(event.target.value));
        }}
      />
      <span className="jp-DaisyNumber">{`${place} / ${length - 1}`}</span>
    </label>
  );
}
