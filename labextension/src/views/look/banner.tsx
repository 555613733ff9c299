/** What became of the object that is shown, in a sentence above it; and what went wrong, where it did. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LostError } from '../../rpc';
import { faultOf, FaultView } from '../fault';
import type { Subject } from './subject';

interface Props {
  subject: Subject;
  trans: TranslationBundle;
}

export function Banner({ subject, trans }: Props): JSX.Element | null {
  const text = words(subject, trans);
  if (!text) {
    return null;
  }
  return (
    <div className="jp-DaisyLook-banner" role="status">
      <span>{text}</span>
      {subject.fate === 'newer' && (
        <button className="jp-DaisyButton" onClick={() => void subject.takeNewer()}>
          {trans.__('Show')}
        </button>
      )}
    </div>
  );
}

function words(subject: Subject, trans: TranslationBundle): string {
  const name = subject.seen.name;
  switch (subject.fate) {
    case 'newer':
      return trans.__(
        'Version %1 of %2 is there; this is version %3.',
        subject.newer,
        name,
        subject.info?.version
      );
    case 'gone':
      return trans.__('The kernel holds no %1 any more. What you see is what it was.', name);
    case 'waiting':
      return trans.__('Waiting for the kernel that holds %1: open its notebook or console.', name);
    case 'away':
      return subject.info
        ? awayWords(subject, trans)
        : trans.__('Connecting to the kernel that holds %1.', name);
    default:
      return '';
  }
}

function awayWords(subject: Subject, trans: TranslationBundle): string {
  switch (subject.standing) {
    case 'dead':
      return trans.__('The kernel is gone. What you see is the last it told of %1.', subject.seen.name);
    case 'busy':
      return trans.__('The kernel is busy. The picture follows as soon as it answers.');
    default:
      return trans.__('No connection to the kernel. What you see is the last it told; it goes on by itself.');
  }
}

interface ProblemProps {
  problem: unknown;
  trans: TranslationBundle;
  onAgain?: () => void;
}

/** An error of a view; a cut wire is told by the banner. */
export function Problem({ problem, trans, onAgain }: ProblemProps): JSX.Element | null {
  return problem instanceof LostError ? null : (
    <FaultView fault={faultOf(problem, trans)} trans={trans} onAgain={onAgain} />
  );
}
