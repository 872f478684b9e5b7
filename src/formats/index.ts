import { pcap } from "./captures/pcap.ts";
import { pcapng } from "./captures/pcapng.ts";
import { snoop } from "./captures/snoop.ts";
import { awsVpcParquet } from "./flows/aws-vpc-parquet.ts";
import { flowCapture } from "./flows/flow-capture.ts";
import { flowExport } from "./flows/flow-export.ts";
import { nfcapd } from "./flows/nfcapd.ts";
import type { Format } from "./format.ts";
import { akamai } from "./logs/akamai.ts";
import { apacheSslRequest } from "./logs/apache-ssl-request.ts";
import { argus } from "./logs/argus.ts";
import { atlassian } from "./logs/atlassian.ts";
import { awsCloudfront } from "./logs/aws-cloudfront.ts";
import { awsElb } from "./logs/aws-elb.ts";
import { awsNetworkFirewall } from "./logs/aws-network-firewall.ts";
import { awsVpcFlow } from "./logs/aws-vpc-flow.ts";
import { awsWaf } from "./logs/aws-waf.ts";
import { azureAppGateway } from "./logs/azure-app-gateway.ts";
import { azureFlow } from "./logs/azure-flow.ts";
import { barracuda } from "./logs/barracuda.ts";
import { caddy } from "./logs/caddy.ts";
import { cef } from "./logs/cef.ts";
import { checkPoint } from "./logs/check-point.ts";
import { ciscoAsa } from "./logs/cisco-asa.ts";
import { ciscoIos } from "./logs/cisco-ios.ts";
import { cloudflare } from "./logs/cloudflare.ts";
import { combined } from "./logs/combined.ts";
import { envoy } from "./logs/envoy.ts";
import { f5 } from "./logs/f5.ts";
import { f5Csv } from "./logs/f5-csv.ts";
import { filterlog } from "./logs/filterlog.ts";
import { fortigate } from "./logs/fortigate.ts";
import { gcp } from "./logs/gcp.ts";
import { haproxy } from "./logs/haproxy.ts";
import { iis } from "./logs/iis.ts";
import { jsonAccess } from "./logs/json-access.ts";
import { juniperSrx } from "./logs/juniper-srx.ts";
import { leef } from "./logs/leef.ts";
import { meraki } from "./logs/meraki.ts";
import { mikrotik } from "./logs/mikrotik.ts";
import { modsecurity } from "./logs/modsecurity.ts";
import { modsecurityJson } from "./logs/modsecurity-json.ts";
import { netfilter } from "./logs/netfilter.ts";
import { netscreen } from "./logs/netscreen.ts";
import { nfdumpCsv } from "./logs/nfdump-csv.ts";
import { nfdumpJson } from "./logs/nfdump-json.ts";
import { nfdumpText } from "./logs/nfdump-text.ts";
import { nginxProxyManager } from "./logs/nginx-proxy-manager.ts";
import { panOs } from "./logs/pan-os.ts";
import { pflog } from "./logs/pflog.ts";
import { serverLog } from "./logs/server-log.ts";
import { snortAlertFast } from "./logs/snort-alert-fast.ts";
import { snortAlertJson } from "./logs/snort-alert-json.ts";
import { sonicwall } from "./logs/sonicwall.ts";
import { sophosFirewall } from "./logs/sophos-firewall.ts";
import { sophosUtm } from "./logs/sophos-utm.ts";
import { squid } from "./logs/squid.ts";
import { stormshield } from "./logs/stormshield.ts";
import { suricataEve } from "./logs/suricata-eve.ts";
import { traefikJson } from "./logs/traefik-json.ts";
import { watchguard } from "./logs/watchguard.ts";
import { windowsFiltering } from "./logs/windows-filtering.ts";
import { windowsFirewall } from "./logs/windows-firewall.ts";
import { zeek } from "./logs/zeek.ts";
import { zeekJson } from "./logs/zeek-json.ts";
import { zyxel } from "./logs/zyxel.ts";

/** Every format that can be read. On a tie of recognition the one listed first is taken. */
export const formats: readonly Format[] = [
  flowCapture, // a capture too, so it comes before them
  pcap,
  pcapng,
  snoop,
  flowExport,
  nfcapd,
  combined, // what a client sent may look like other formats, so it is asked before them
  netfilter,
  iis,
  haproxy,
  serverLog,
  apacheSslRequest,
  nginxProxyManager,
  envoy,
  atlassian,
  squid,
  modsecurity,
  modsecurityJson,
  caddy,
  traefikJson,
  akamai,
  ciscoAsa,
  fortigate,
  panOs,
  filterlog,
  juniperSrx,
  checkPoint,
  sophosFirewall,
  sophosUtm,
  sonicwall,
  meraki,
  ciscoIos,
  windowsFirewall,
  windowsFiltering,
  pflog,
  mikrotik,
  netscreen,
  watchguard,
  stormshield,
  zyxel,
  barracuda,
  f5,
  f5Csv,
  cef,
  leef,
  zeek,
  zeekJson,
  suricataEve,
  snortAlertFast,
  snortAlertJson,
  awsVpcFlow,
  awsVpcParquet,
  awsElb,
  awsCloudfront,
  awsWaf,
  awsNetworkFirewall,
  gcp,
  cloudflare,
  azureFlow,
  azureAppGateway,
  nfdumpCsv,
  nfdumpJson,
  nfdumpText,
  argus,
  jsonAccess, // takes many key names, so it comes last
];
