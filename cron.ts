import { processEnvironment, readConfig, readStartFlags } from './src/config/config.ts';
import { secretsIn } from './src/config/settings.ts';
import { withholdSecrets } from './src/lib/withhold-secrets.ts';
import { runService } from './src/service/shutdown.ts';
import { startService } from './src/service/start-service.ts';

await runService((onIncurable, onFault) => {
  const environment = { ...processEnvironment(), ...readStartFlags(process.argv.slice(2)) };
  withholdSecrets(secretsIn(environment), [process.stdout, process.stderr]);
  return startService(readConfig(environment), onIncurable, onFault);
});
