/** Histogram, window and level of a picture that stands elsewhere on the page. */
import * as React from 'react';

import { Levels } from '../views/look/levels';
import { useSignal } from '../views/react';
import type { Exhibit } from './exhibit';

export function LevelsWidget({ exhibit }: { exhibit: Exhibit }): JSX.Element {
  useSignal(exhibit.changed);
  const model = exhibit.counted;
  return (
    <div className="jp-DaisyLook jp-mod-part">
      {model ? (
        <Levels model={model} trans={exhibit.trans} />
      ) : (
        <p className="jp-DaisySoft">{exhibit.trans.__('Nothing to show yet')}</p>
      )}
    </div>
  );
}
