/** What a run says: its lines, the newest in sight, and its curves as small lines. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection } from '../../connection';
import { shortNumber } from '../../imageTicks';
import type { RunInfo } from '../../protocol';
import { faultOf, FaultView } from '../fault';
import { LogFollower } from './logFollower';
import { line } from './sparkline';

interface Props {
  connection: Connection;
  run: RunInfo;
  trans: TranslationBundle;
}

export function RunLogView({ connection, run, trans }: Props): JSX.Element | null {
  const log = useLog(connection, run);
  if (!log) {
    return null;
  }
  return (
    <>
      {Object.entries(log.curves).map(([name, values]) => (
        <Curve key={name} name={name} values={values} trans={trans} />
      ))}
      {log.fault !== null && <FaultView fault={faultOf(log.fault, trans)} trans={trans} />}
      {log.lines.length > 0 && <Lines lines={log.lines} trans={trans} />}
    </>
  );
}

/** Follow the log of a run as long as it is shown. */
function useLog(connection: Connection, run: RunInfo): LogFollower | null {
  const [, redraw] = React.useReducer((n: number) => n + 1, 0);
  const [follower, setFollower] = React.useState<LogFollower | null>(null);
  React.useEffect(() => {
    const made = new LogFollower(
      async start => (await connection.request('runs.log', { run: run.id, start })).result,
      redraw
    );
    setFollower(made);
    return () => made.dispose();
  }, [connection, run.id]);
  React.useEffect(() => follower?.nudge(), [follower, run]);
  return follower;
}

function Lines({ lines, trans }: { lines: string[]; trans: TranslationBundle }): JSX.Element {
  const box = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  React.useLayoutEffect(() => {
    if (box.current && follows.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  return (
    <pre
      ref={box}
      className="jp-DaisyRuns-log"
      role="log"
      aria-label={trans.__('Log')}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => {
        follows.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
      }}
    >
      {lines.join('\n')}
    </pre>
  );
}

const [WIDTH, HEIGHT] = [220, 40];

interface CurveProps {
  name: string;
  values: (number | null)[];
  trans: TranslationBundle;
}

function Curve({ name, values, trans }: CurveProps): JSX.Element | null {
  const drawn = line(values, WIDTH, HEIGHT);
  if (!drawn) {
    return null;
  }
  const end = values.at(-1) ?? null;
  const last = end === null ? '–' : shortNumber(end);
  const range = trans.__('%1 to %2', shortNumber(drawn.low), shortNumber(drawn.high));
  const scale = drawn.logarithmic ? trans.__('logarithmic') : '';
  return (
    <figure className="jp-DaisyRuns-curve">
      <svg
        viewBox={`-3 -3 ${WIDTH + 6} ${HEIGHT + 6}`}
        role="img"
        aria-label={trans.__('%1: %2 points, the last is %3', name, values.length, last)}
      >
        <path d={drawn.path} />
        <circle cx={drawn.x} cy={drawn.y} r={2.5} />
      </svg>
      <figcaption>
        {name} <span className="jp-DaisyNumber">{last}</span>{' '}
        <small>
          {[trans._n('%1 point', '%1 points', values.length), range, scale].filter(Boolean).join(' · ')}
        </small>
      </figcaption>
    </figure>
  );
}
