import { describeContract } from './contract.ts';
import { describeKills } from './kills.ts';
import { openOnSlack } from './on-slack.ts';

describeContract('Slack', openOnSlack);
describeKills('Slack', openOnSlack);
