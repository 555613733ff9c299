/** How a run stands: sign, word, bar, time. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { secondsText } from '../../objects';
import type { RunInfo } from '../../protocol';
import { stateWord } from '../runState';
import { percentText, remainingNow, secondsNow } from './numbers';

interface Props {
  run: RunInfo;
  trans: TranslationBundle;
}

/** Sign and word; a bar while it works; of a failed run why, in one line. */
export function RunState({ run, trans }: Props): JSX.Element {
  const { sign, word } = stateWord(run, trans);
  const failed = run.state === 'failed' && run.error;
  return (
    <span className={`jp-DaisyRunState jp-mod-${run.state}`}>
      <span className="jp-DaisyRunState-sign" aria-hidden="true">
        {sign}
      </span>
      <span className="jp-DaisyRunState-word">{word}</span>
      {run.state === 'running' && <Bar run={run} trans={trans} />}
      {failed ? (
        <span className="jp-DaisyRunState-text" title={failed.message}>
          {failed.message}
        </span>
      ) : (
        run.state === 'running' && <span className="jp-DaisyRunState-text">{run.text}</span>
      )}
    </span>
  );
}

function Bar({ run, trans }: Props): JSX.Element {
  const { fraction } = run;
  const text = fraction === null ? '' : percentText(fraction);
  return (
    <>
      <span
        className={`jp-DaisyRunBar ${fraction === null ? 'jp-mod-unknown' : ''}`}
        role="progressbar"
        aria-label={trans.__('Progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(fraction === null
          ? {}
          : { 'aria-valuenow': Math.floor(100 * fraction), 'aria-valuetext': text })}
      >
        <span className="jp-DaisyRunBar-done" style={{ width: text ? text.replace(' ', '') : '100%' }} />
      </span>
      <span className="jp-DaisyNumber">{text}</span>
    </>
  );
}

const heard = new WeakMap<RunInfo, number>();

/** Seconds it has taken, and while it works what is left. */
export function RunTime({ run, trans, now }: Props & { now: number }): JSX.Element {
  const since = heard.get(run) ?? now;
  heard.set(run, since);
  if (run.state === 'queued') {
    return <span />;
  }
  const left = remainingNow(run, since, now);
  const taken = secondsText(secondsNow(run, since, now));
  return (
    <span className="jp-DaisyNumber">
      {taken}
      {left !== null && ` · ${trans.__('%1 left', secondsText(left))}`}
    </span>
  );
}

/** The time, told every second while a run is active. */
export function useNow(active: boolean): number {
  const [now, setNow] = React.useState(() => performance.now());
  React.useEffect(() => {
    if (!active) {
      return;
    }
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  // What was just told is newer than the last tick.
  return active ? Math.max(now, performance.now()) : now;
}
