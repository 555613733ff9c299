/** An algorithm's documentation as a text. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { AlgorithmInfo } from '../../protocol';
import { piecesOf, type Section, sectionsOf } from './docs';

interface Props {
  info: AlgorithmInfo;
  trans: TranslationBundle;
}

export function Docs({ info, trans }: Props): JSX.Element {
  return (
    <div className="jp-DaisyDocs">
      {sectionsOf(info.text || info.summary).map(section => (
        <SectionView key={section.title} section={section} trans={trans} />
      ))}
      <div className="jp-DaisyDocs-origin">
        {info.plugin
          ? trans.__('%1 from %2', info.id, info.plugin)
          : trans.__('%1, defined in this session', info.id)}
      </div>
    </div>
  );
}

function SectionView({ section, trans }: { section: Section; trans: TranslationBundle }): JSX.Element {
  return (
    <>
      {section.title && <h4>{titleOf(section.title, trans)}</h4>}
      {section.paragraphs.map((paragraph, place) => (
        <p key={place}>
          <Pieces text={paragraph} />
        </p>
      ))}
      {section.entries.length > 0 && (
        <dl>
          {section.entries.map(entry => (
            <React.Fragment key={entry.term}>
              <dt>{entry.term}</dt>
              <dd>
                <Pieces text={entry.text} />
              </dd>
            </React.Fragment>
          ))}
        </dl>
      )}
    </>
  );
}

function Pieces({ text }: { text: string }): JSX.Element {
  return (
    <>
      {piecesOf(text).map((piece, place) =>
        piece.code ? <code key={place}>{piece.text}</code> : piece.text
      )}
    </>
  );
}

function titleOf(title: string, trans: TranslationBundle): string {
  const known: Record<string, string> = {
    Parameters: trans.__('Inputs and settings'),
    Returns: trans.__('Results'),
    Raises: trans.__('Errors'),
    Notes: trans.__('Notes'),
    References: trans.__('References'),
    Examples: trans.__('Examples')
  };
  return known[title] ?? title;
}
