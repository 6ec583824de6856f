import { describeContract } from './contract.ts';
import { openOnSlack } from './on-slack.ts';

describeContract('Slack', openOnSlack);
