import type { KnownBlock } from '@slack/types';
import type { ReportContent } from '../content/report.ts';
import { context, heading, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

/** The report of a closed round: one figure large, what it means small. */
export const reportMessage = (report: ReportContent): SlackMessage => {
  const { accuracy } = report;
  const change = report.change === null ? '' : ` · ${escapeMrkdwn(report.change)}`;
  const blocks: KnownBlock[] = [
    heading(report.title),
    section(
      accuracy === null
        ? escapeMrkdwn(report.measuredOn)
        : `*Accuracy ${accuracy.value}* (95 % interval ${accuracy.interval})${change}\nMajority rate ${accuracy.majority}`,
    ),
  ];
  const small = accuracy === null ? report.lines : [report.measuredOn, ...report.lines];
  blocks.push(context(small.map((line) => `• ${escapeMrkdwn(line)}`).join('\n')));
  const text =
    accuracy === null
      ? `${report.title}. ${report.measuredOn}`
      : `${report.title}: accuracy ${accuracy.value} (${accuracy.interval})`;
  return { text, blocks };
};
