/** The workflow being put together: its steps, and what may be made of it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { algorithmTitle } from '../../objects';
import type { WorkflowStep } from '../../protocol';
import type { RunActions } from './actions';
import { settingText } from './numbers';

interface Props {
  steps: WorkflowStep[];
  actions: RunActions;
  trans: TranslationBundle;
}

export function WorkflowView({ steps, actions, trans }: Props): JSX.Element {
  if (steps.length === 0) {
    return (
      <p className="jp-DaisyEmpty">
        {trans.__('The workflow has no step yet. “Add to workflow” in an algorithm’s form adds one.')}
      </p>
    );
  }
  return (
    <ol className="jp-DaisyRuns-steps" aria-label={trans.__('Steps of the workflow')}>
      {steps.map((step, n) => (
        <li key={n}>
          <b>{algorithmTitle(step.id)}</b> <Flow step={step} />
          <button
            type="button"
            className="jp-DaisyLink"
            title={trans.__('Open the form of this step, filled in.')}
            onClick={() =>
              actions.page.change({
                id: step.id,
                inputs: step.inputs,
                settings: step.settings,
                into: step.outputs
              })
            }
          >
            {trans.__('Open form')}
          </button>
          <div className="jp-DaisyRuns-settings">
            {Object.entries(step.settings).map(([name, value]) => (
              <span key={name}>
                {name} <span className="jp-DaisyNumber">{settingText(value)}</span>
              </span>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Flow({ step }: { step: WorkflowStep }): JSX.Element {
  const from = Object.values(step.inputs).filter(Boolean).join(', ');
  return (
    <span className="jp-DaisyRuns-flow">
      {from} → {step.outputs.join(', ')}
    </span>
  );
}
