import type { Config } from '../../config/config.ts';
import { type Check, type Finding, missing, ok, whyUnreachable } from './check.ts';

/** Optional services that add to cards. */
const besideCheck = async (
  { source }: Pick<Config, 'source'>,
  {
    name,
    address,
    setting,
    without,
  }: Readonly<Record<'name' | 'setting' | 'without', string>> & {
    readonly address: string | null;
  },
): Promise<Finding[]> => {
  if (address === null) return [ok(name, `off (${setting}): ${without}`)];
  if (source === 'simulated') return [ok(name, 'not asked about simulated objects')];
  const fault = await whyUnreachable(address);
  if (fault === null) return [ok(name, `${address} answers`)];
  const todo = `Check the network, or set ${setting}=off; until then ${without}.`;
  return [missing(name, `${address} cannot be reached: ${fault}`, todo)];
};

export const finkCheck: Check = (config) =>
  besideCheck(config, {
    name: 'Fink API',
    address: config.finkApi,
    setting: 'FINK_API_URL',
    without: 'cards show only the packet’s thirty days',
  });

export const skyCheck: Check = (config) =>
  besideCheck(config, {
    name: 'sky images',
    address: config.sky.hips2fits,
    setting: 'SKY_IMAGE_URL',
    without: 'cards show no colour image of the sky',
  });
