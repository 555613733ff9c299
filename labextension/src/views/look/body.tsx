/** What a view shows: what became of its objects, and each in the way that suits it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Way, titleOf } from '../../imageSaved';
import type { ViewInfo } from '../../protocol';
import { Banner, Problem } from './banner';
import { Pair } from './pair';
import { CurveView } from './curveView';
import { Choice } from './imageTools';
import { ImageView } from './imageView';
import type { ObjectView } from './objectView';
import type { Subject } from './subject';
import { TableView } from './tableView';
import { TextView } from './textView';
import { TreeView } from './treeView';

export function Body({ view }: { view: ObjectView }): JSX.Element {
  const { subjects, trans } = view;
  const infos = subjects.flatMap(subject => subject.info ?? []);
  return (
    <>
      {subjects.map((subject, n) => (
        <React.Fragment key={n}>
          <Banner subject={subject} trans={trans} />
          {subject.problem !== null && (
            <Problem problem={subject.problem} trans={trans} onAgain={() => void subject.open(true)} />
          )}
        </React.Fragment>
      ))}
      {infos.length === subjects.length ? <Shown view={view} infos={infos} /> : <Opening view={view} />}
    </>
  );
}

function Opening({ view }: { view: ObjectView }): JSX.Element {
  const opening = view.subjects.some(subject => subject.fate === 'opening' && subject.problem === null);
  return (
    <div className="jp-DaisyLook-opening" role="status">
      {opening ? view.trans.__('Opening') : ''}
    </div>
  );
}

function Shown({ view, infos }: { view: ObjectView; infos: ViewInfo[] }): JSX.Element {
  const { subjects, trans } = view;
  const [first] = infos as [ViewInfo];
  const ways = waysOf(first).filter(way => infos.every(info => waysOf(info).includes(way)));
  const way = ways.find(one => one === view.way) ?? ways[0] ?? 'text';
  const tools = ways.length > 1 && <Ways ways={ways} way={way} view={view} />;
  if (way === 'curve') {
    const curves = subjects.flatMap(subject => (subject.info ? { asks: subject, info: subject.info } : []));
    return <CurveView curves={curves} trans={trans} tools={tools} />;
  }
  if (way === 'image' && subjects.length > 1) {
    const pictures = subjects.flatMap(subject => {
      const model = view.models.get(subject);
      return model ? [{ name: nameOf(subject), asks: subject, model }] : [];
    });
    return <Pair parts={pictures} pointer={view.pointer} trans={trans} tools={tools} />;
  }
  const parts = subjects.map((subject, n) => (
    <One key={n} view={view} subject={subject} way={way} tools={tools} />
  ));
  return parts.length > 1 ? <div className="jp-DaisyPair-row">{parts}</div> : <>{parts}</>;
}

function nameOf({ seen, info }: Subject): string {
  return titleOf([{ name: seen.name, version: seen.version ?? info?.version ?? null }]);
}

interface OneProps {
  view: ObjectView;
  subject: Subject;
  way: Way;
  tools: React.ReactNode;
}

function One({ view, subject, way, tools }: OneProps): JSX.Element | null {
  const { trans, pointer } = view;
  const [info, model] = [subject.info, view.models.get(subject)];
  if (!info) {
    return null;
  }
  if (way === 'image' && model) {
    return <ImageView asks={subject} model={model} pointer={pointer} trans={trans} tools={tools} />;
  }
  const version = `${info.name} ${info.version}`;
  switch (way) {
    case 'table':
      return <TableView key={version} asks={subject} info={info} trans={trans} tools={tools} />;
    case 'tree':
      return <TreeView key={version} asks={subject} info={info} trans={trans} />;
    default:
      return <TextView key={version} asks={subject} info={info} trans={trans} />;
  }
}

/** Give the ways an object can be shown, the one that suits it first. */
export function waysOf(info: ViewInfo): Way[] {
  if (info.view === 'image') {
    return info.shape.length === 2 ? ['image', 'curve', 'table'] : ['image', 'curve'];
  }
  return info.view === 'curve' ? ['curve', 'table'] : [info.view];
}

function Ways({ ways, way, view }: { ways: Way[]; way: Way; view: ObjectView }): JSX.Element {
  return (
    <Choice
      label={view.trans.__('Show as')}
      value={way}
      options={ways.map(one => [one, wayTitle(one, view.trans)])}
      onChoose={chosen => {
        view.way = ways.find(one => one === chosen) ?? null;
      }}
    />
  );
}

function wayTitle(way: Way, trans: TranslationBundle): string {
  switch (way) {
    case 'image':
      return trans.__('Picture');
    case 'curve':
      return trans.__('Curve');
    case 'table':
      return trans.__('Table');
    case 'tree':
      return trans.__('Tree');
    case 'text':
      return trans.__('Text');
  }
}
