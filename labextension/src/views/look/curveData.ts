/** Lines asked of the kernel: as many points as the screen shows of the stretch that it shows. */
import * as React from 'react';

import { Asker } from '../../imageAsker';
import type { Line } from '../../imageCurve';
import type { Asks } from '../../imageSource';
import type { AskCurve, ViewInfo } from '../../protocol';

/** An object drawn as a line, and who answers for it. */
export interface CurveOf {
  asks: Asks;
  info: ViewInfo;
}

export interface Stretch {
  start: number;
  stop: number;
}

type Place = Required<Pick<AskCurve, 'index'>> & { along: string };

const MOST_POINTS = 20_000;

interface Question extends Place {
  curves: CurveOf[];
  stretch: Stretch;
  points: number;
}

/** Give the lines of some objects, and what went wrong. */
export function useLines(
  curves: CurveOf[],
  place: Place,
  stretch: Stretch,
  points: number
): { lines: Line[]; problem: unknown } {
  const [lines, setLines] = React.useState<Line[]>([]);
  const [problem, setProblem] = React.useState<unknown>(null);
  const asker = React.useMemo(
    () =>
      new Asker<Question, Line[]>(
        fetchLines,
        found => {
          setLines(found);
          setProblem(null);
        },
        setProblem
      ),
    []
  );
  React.useEffect(() => () => asker.stop(), [asker]);
  const key = JSON.stringify([curves.map(({ info }) => [info.name, info.version]), place, stretch, points]);
  React.useEffect(() => {
    if (points > 0) {
      asker.ask({ curves, ...place, stretch, points });
    }
    // The key says when any of these is another; the objects themselves are new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, asker]);
  return { lines, problem };
}

/** Give the whole of a line, however long, for a file. */
export async function wholeLine(curve: CurveOf, place: Place): Promise<Line> {
  const { axes, shape } = curve.info;
  const length = shape[axes.indexOf(place.along)] ?? 0;
  const [x, y] = [new Float64Array(length), new Float64Array(length)];
  for (let start = 0; start < length; start += MOST_POINTS) {
    const stretch = { start, stop: Math.min(start + MOST_POINTS, length) };
    const part = await fetchLine(curve, { ...place, curves: [], stretch, points: MOST_POINTS });
    x.set(part.x, start);
    y.set(part.y, start);
  }
  return { name: titleOf(curve.info), x, y };
}

function fetchLines(question: Question): Promise<Line[]> {
  return Promise.all(question.curves.map(curve => fetchLine(curve, question)));
}

async function fetchLine(curve: CurveOf, question: Question): Promise<Line> {
  const { name, version } = curve.info;
  const { along, index, stretch, points } = question;
  const params = { name, version, along, index, ...stretch, points };
  const { result, buffers } = await curve.asks.request('view.curve', params);
  return {
    name: titleOf(curve.info),
    x: new Float64Array(buffers[0] ?? new ArrayBuffer(0)),
    y: new Float64Array(buffers[1] ?? new ArrayBuffer(8 * result.points))
  };
}

function titleOf(info: ViewInfo): string {
  return info.unit && info.unit !== '1' ? `${info.name} (${info.unit})` : info.name;
}
