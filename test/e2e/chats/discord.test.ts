import { describeContract } from './contract.ts';
import { describeKills } from './kills.ts';
import { openOnDiscord } from './on-discord.ts';

describeContract('Discord', openOnDiscord);
describeKills('Discord', openOnDiscord);
