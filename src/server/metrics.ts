import type { Store } from "../stores/store.ts";

/** Counters for Prometheus (its text exposition format 0.0.4). Labels are names of our own routes, never what was asked. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  #seconds = 0;
  signInsFailed = 0;
  limited = 0;

  count(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    this.#seconds += seconds;
  }

  async format(store: Store, streams: number): Promise<string> {
    const sizes = Object.entries(await store.sizes());
    const { incidents } = await store.overview();
    return [
      ...metric("vedette_http_requests_total", "counter", "Requests answered", [...this.#requests]),
      ...metric("vedette_http_seconds_total", "counter", "Time spent on requests", [["", this.#seconds]]),
      ...metric("vedette_sign_ins_failed_total", "counter", "Wrong names or passwords", [["", this.signInsFailed]]),
      ...metric("vedette_requests_limited_total", "counter", "Requests refused by a rate limit", [["", this.limited]]),
      ...metric("vedette_event_streams", "gauge", "Readers of live changes", [["", streams]]),
      ...metric(
        "vedette_store_rows",
        "gauge",
        "Rows in the store",
        sizes.map(([of, n]) => [`table="${of}"`, n]),
      ),
      ...metric(
        "vedette_open_incidents",
        "gauge",
        "Incidents that nobody acknowledged",
        Object.entries(incidents).map(([priority, n]) => [`priority="${priority}"`, n]),
      ),
      ...metric("process_resident_memory_bytes", "gauge", "Memory in use", [["", process.memoryUsage.rss()]]),
      "",
    ].join("\n");
  }
}

function metric(name: string, type: string, help: string, samples: readonly (readonly [string, number])[]): string[] {
  const lines = samples.map(([labels, value]) => `${name}${labels === "" ? "" : `{${labels}}`} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
