/** How the run that was started last stands; what it made, to open. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FormModel } from '../../formsModel';
import { secondsText } from '../../objects';
import type { ErrorInfo, ObjectInfo, RunInfo } from '../../protocol';
import type { IViews } from '../../tokens';
import { FaultView } from '../fault';
import { stateWord } from '../runState';

interface Props {
  model: FormModel;
  run: RunInfo;
  objects: ReadonlyMap<string, ObjectInfo>;
  views: IViews | null;
  trans: TranslationBundle;
}

export function RunLine({ model, run, objects, views, trans }: Props): JSX.Element {
  const active = run.state === 'queued' || run.state === 'running';
  return (
    <div className={`jp-DaisyRunLine jp-mod-${run.state}`}>
      <div className="jp-DaisyRunLine-words" role="status">
        <span className="jp-DaisyRunLine-sign" aria-hidden="true">
          {stateWord(run, trans).sign}
        </span>
        <span>{stateOf(run, trans)}</span>
        {run.state === 'done' && <Made names={run.made} objects={objects} views={views} trans={trans} />}
        <span className="jp-DaisyRunLine-time jp-DaisyNumber">{timeOf(run, trans)}</span>
        {active && (
          <button type="button" className="jp-DaisyLink" onClick={() => void model.cancel()}>
            {trans.__('Cancel')}
          </button>
        )}
      </div>
      {active && (
        <progress
          className="jp-DaisyProgress"
          aria-label={trans.__('Progress of %1', run.title)}
          {...(run.fraction === null ? {} : { value: run.fraction })}
        />
      )}
      {run.state === 'failed' && run.error && <Failure error={run.error} marks={model.marks} trans={trans} />}
    </div>
  );
}

interface FailureProps {
  error: ErrorInfo;
  marks: Record<string, string>;
  trans: TranslationBundle;
}

/** Why it failed, unless that is said at the setting it is about. */
function Failure({ error, marks, trans }: FailureProps): JSX.Element {
  return Object.keys(error.fields).some(name => name in marks) ? (
    <div className="jp-DaisySoft">{trans.__('Mend what is marked first.')}</div>
  ) : (
    <FaultView fault={error} trans={trans} />
  );
}

interface MadeProps {
  names: string[];
  objects: ReadonlyMap<string, ObjectInfo>;
  views: IViews | null;
  trans: TranslationBundle;
}

/** What a run made: each to open, a number with its value. */
function Made({ names, objects, views, trans }: MadeProps): JSX.Element {
  return (
    <span className="jp-DaisyRunLine-made">
      {names.map(name => (
        <span key={name}>
          {views ? (
            <button
              type="button"
              className="jp-DaisyLink"
              title={trans.__('Open %1', name)}
              onClick={() => views.open(name)}
            >
              {name}
            </button>
          ) : (
            name
          )}
          {objects.get(name)?.value && <span className="jp-DaisyNumber"> {objects.get(name)?.value}</span>}
        </span>
      ))}
    </span>
  );
}

function stateOf(run: RunInfo, trans: TranslationBundle): string {
  switch (run.state) {
    case 'queued':
      return trans.__('Waiting for its turn');
    case 'running':
      return run.fraction === null
        ? run.text || trans.__('Running')
        : trans.__('%1 %', Math.round(100 * run.fraction));
    case 'done':
      return trans.__('Done:');
    case 'failed':
      return trans.__('Failed');
    case 'cancelled':
      return trans.__('Cancelled');
  }
}

function timeOf(run: RunInfo, trans: TranslationBundle): string {
  const spent = secondsText(run.seconds);
  return run.remaining === null || run.state !== 'running'
    ? spent
    : trans.__('%1, %2 left', spent, secondsText(run.remaining));
}
