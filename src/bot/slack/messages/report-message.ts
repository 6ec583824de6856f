import { unbrokenNumbers } from '../../content/format.ts';
import type { CurvePoint, ReportContent } from '../../content/report-content.ts';
import type { Curve } from '../../content/said.ts';
import { accuracyChart } from './accuracy-chart.ts';
import { context, fallback, heading, imageFile, section } from './blocks.ts';
import type { MessageBlock, SlackMessage } from './message.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

const DISPUTED_SHOWN = 10;

const linked = ({ objectId, page }: { readonly objectId: string; readonly page: string | null }): string =>
  page === null ? escapeMrkdwn(objectId) : mrkdwnLink(page, objectId);

const curveBlocks = (points: readonly CurvePoint[], curve: Curve): MessageBlock[] => {
  if (points.length < 2 || curve === null) return [];
  if (curve === 'chart') return [accuracyChart(points)];
  return [imageFile(curve.picture, `Accuracy with its 95 % interval over ${points.length} rounds`)];
};

const casesText = ({ hardest, disputed }: ReportContent): string => {
  const lines = [
    ...(hardest === null ? [] : [`*Hardest case*  *${linked(hardest)}* ${escapeMrkdwn(hardest.text)}`]),
    ...(disputed.length === 0 ? [] : [`*Disputed* ${disputed.length}`]),
    ...disputed.slice(0, DISPUTED_SHOWN).map((one) => `• *${linked(one)}* ${escapeMrkdwn(one.text)}`),
    ...(disputed.length > DISPUTED_SHOWN ? [`and ${disputed.length - DISPUTED_SHOWN} more`] : []),
  ];
  return lines.join('\n');
};

/** The report of a closed round: one figure large, the curve, then what lies behind it small. */
export const reportMessage = (report: ReportContent, curve: Curve): SlackMessage => {
  const { accuracy } = report;
  const change = report.change === null ? '' : ` · ${escapeMrkdwn(unbrokenNumbers(report.change))}`;
  const blocks: MessageBlock[] = [
    heading(report.title),
    section(
      accuracy === null
        ? escapeMrkdwn(report.measuredOn)
        : `*Accuracy ${accuracy.value}* (95 % interval ${accuracy.interval})${change}\nMajority rate ${accuracy.majority} (always answering the more frequent class)`,
    ),
    ...curveBlocks(report.points, curve),
  ];
  if (report.confusion !== null) blocks.push(section(`\`\`\`${escapeMrkdwn(report.confusion)}\`\`\``));
  const cases = casesText(report);
  if (cases !== '') blocks.push(section(cases));
  const small = accuracy === null ? report.lines : [report.measuredOn, ...report.lines];
  blocks.push(context(small.map((line) => `• ${escapeMrkdwn(line)}`).join('\n')));
  const text =
    accuracy === null
      ? `${report.title}. ${report.measuredOn}`
      : `${report.title}: accuracy ${accuracy.value} (${accuracy.interval})`;
  return { text: fallback(text), blocks };
};
