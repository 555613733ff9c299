/** An object as text: a note, a single value, what something says of itself. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Asks } from '../../imageSource';
import type { TextReply, ViewInfo } from '../../protocol';
import { Problem } from './banner';

interface Props {
  asks: Asks;
  info: ViewInfo;
  trans: TranslationBundle;
}

export function TextView({ asks, info, trans }: Props): JSX.Element {
  const [found, setFound] = React.useState<TextReply | null>(null);
  const [problem, setProblem] = React.useState<unknown>(null);
  const { name, version, shape, dtype } = info;
  React.useEffect(() => {
    let over = false;
    asks
      .request('view.text', { name, version })
      .then(({ result }) => over || setFound(result))
      .catch((error: unknown) => over || setProblem(error));
    return () => {
      over = true;
    };
  }, [asks, name, version]);
  const single = shape.length === 0 && dtype !== '' && (found?.text.length ?? 0) < 80;
  return (
    <div className="jp-DaisyNote">
      {problem !== null && <Problem problem={problem} trans={trans} />}
      <pre className={single ? 'jp-DaisyNote-single jp-DaisyNumber' : ''} tabIndex={0} aria-label={name}>
        {found?.text}
      </pre>
      {found?.cut && <p className="jp-DaisyLook-foot">{trans.__('It goes on; this is the beginning.')}</p>}
    </div>
  );
}
