import { processEnvironment, readConfig } from './src/config/config.ts';
import { runService } from './src/service/shutdown.ts';
import { startService } from './src/service/start-service.ts';

await runService((onIncurable) => startService(readConfig(processEnvironment()), onIncurable));
