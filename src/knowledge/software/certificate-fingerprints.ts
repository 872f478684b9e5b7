import type { Fingerprint } from "./fingerprint.ts";

/** A certificate that a product makes for itself, by the names in it; `text` is one, `version` what it tells. */
function made(says: RegExp, vendor: string, product: string, text: string, version = "", cpe?: string): Fingerprint {
  const examples = { [text]: version };
  return { services: ["tls"], says, vendor, product, ...(cpe && { cpe }), examples };
}

/** Products that their default certificates name (wire/conversations/tls-certificates.ts says how those are written). */
export const certificateFingerprints: readonly Fingerprint[] = [
  made(
    /\bOU=VMware ESX Server Default Certificate|issuer .*O=VMware Installer/,
    "vmware",
    "esxi",
    "certificate CN=localhost.localdomain, O=VMware, Inc, OU=VMware ESX Server Default Certificate; issuer O=VMware Installer; valid 2026-01-01 to 2037-01-01",
  ),
  made(
    /issuer CN=CA\b.*OU=VMware Engineering/,
    "vmware",
    "vcenter_server",
    "certificate CN=vc.example.org; issuer CN=CA, O=vc.example.org, OU=VMware Engineering; valid 2026-01-01 to 2028-01-01",
  ),
  made(
    /\bO=Fortinet\b.*OU=FortiGate|CN=FortiGate\b/,
    "fortinet",
    "fortios",
    "certificate CN=FGT60F0000000000, O=Fortinet, OU=FortiGate; issuer CN=fortinet-subca2001, O=Fortinet, OU=Certificate Authority; valid 2020-01-01 to 2056-01-01",
  ),
  made(
    /\bO=pfSense (?:webConfigurator|GUI)\b/,
    "netgate",
    "pfsense",
    "certificate CN=pfSense-5f00000000000, O=pfSense webConfigurator Self-Signed Certificate; self-signed; valid 2026-01-01 to 2027-01-01",
  ),
  made(
    /\bO=OPNsense\b/,
    "opnsense",
    "opnsense",
    "certificate CN=OPNsense.localdomain, O=OPNsense; self-signed; valid 2026-01-01 to 2027-01-01",
  ),
  made(
    /\bCN=Kubernetes Ingress Controller Fake Certificate\b/,
    "kubernetes",
    "ingress-nginx",
    "certificate CN=Kubernetes Ingress Controller Fake Certificate, O=Acme Co; self-signed; names ingress.local; valid 2026-01-01 to 2027-01-01",
  ),
  made(
    /\bCN=kube-apiserver; issuer CN=kubernetes\b/,
    "kubernetes",
    "kubernetes",
    "certificate CN=kube-apiserver; issuer CN=kubernetes; names kubernetes, kubernetes.default; valid 2026-01-01 to 2027-01-01",
  ),
  made(
    /\bCN=TRAEFIK DEFAULT CERT\b/,
    "traefik",
    "traefik",
    "certificate CN=TRAEFIK DEFAULT CERT; self-signed; valid 2026-01-01 to 2027-01-01",
  ),
  made(
    /\bCN=MySQL_Server_(\d+\.\d+\.\d+)_Auto_Generated_Server_Certificate\b/,
    "oracle",
    "mysql",
    "certificate CN=MySQL_Server_5.7.44_Auto_Generated_Server_Certificate; issuer CN=MySQL_Server_5.7.44_Auto_Generated_CA_Certificate; valid 2026-01-01 to 2036-01-01",
    "5.7.44",
    "oracle:mysql",
  ),
  made(
    /\bCN=SSL_Self_Signed_Fallback\b/,
    "microsoft",
    "sql_server",
    "certificate CN=SSL_Self_Signed_Fallback; self-signed; valid 2026-01-01 to 2056-01-01",
  ),
  made(
    /\bO=Proxmox Virtual Environment\b|CN=Proxmox Virtual Environment\b/,
    "proxmox",
    "virtual_environment",
    "certificate CN=pve.example.org, OU=PVE Cluster Node, O=Proxmox Virtual Environment; issuer CN=Proxmox Virtual Environment, O=PVE Cluster Manager CA; valid 2026-01-01 to 2028-01-01",
  ),
  made(
    /\bCN=UniFi\b/,
    "ui",
    "unifi",
    "certificate CN=UniFi, OU=UniFi, O=Ubiquiti Inc.; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bO=Ubiquiti\b/,
    "ui",
    "device",
    "certificate CN=UBNT Router UI, O=Ubiquiti Inc.; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bO=Synology\b|CN=synology(?:\.com)?\b/,
    "synology",
    "diskstation_manager",
    "certificate CN=synology, O=Synology Inc.; self-signed; valid 2026-01-01 to 2046-01-01",
  ),
  made(
    /\bCN=QNAP NAS\b|O=QNAP Systems/,
    "qnap",
    "qts",
    "certificate CN=QNAP NAS, O=QNAP Systems, Inc.; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bHTTPS Management Certificate for SonicWALL\b/,
    "sonicwall",
    "sonicos",
    "certificate CN=192.168.168.168, O=HTTPS Management Certificate for SonicWALL (self-signed); self-signed; valid 2020-01-01 to 2038-01-01",
  ),
  made(
    /\bCN=IOS-Self-Signed-Certificate-/,
    "cisco",
    "ios",
    "certificate CN=IOS-Self-Signed-Certificate-1000000000; self-signed; valid 2026-01-01 to 2030-01-01",
  ),
  made(
    /\bCN=ASA Temporary Self Signed Certificate\b/,
    "cisco",
    "adaptive_security_appliance_software",
    "certificate CN=ASA Temporary Self Signed Certificate; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bCN=i?DRAC[\w ]*.*O=Dell Inc\b/i,
    "dell",
    "idrac",
    "certificate CN=idrac-0000000, O=Dell Inc., OU=Remote Access Group; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bCN=Default Issuer \(Do not trust\)/,
    "hpe",
    "integrated_lights-out",
    "certificate CN=ILO0000000000, O=Hewlett Packard Enterprise, OU=ISS; issuer CN=Default Issuer (Do not trust), O=Hewlett Packard Enterprise, OU=ISS; valid 2026-01-01 to 2041-01-01",
  ),
  made(
    /\bCN=IPMI\b.*O=Super Micro Computer\b/,
    "supermicro",
    "bmc",
    "certificate CN=IPMI, O=Super Micro Computer, OU=Software; self-signed; valid 2020-01-01 to 2030-01-01",
  ),
  made(
    /\bCN=SplunkServerDefaultCert\b/,
    "splunk",
    "splunk",
    "certificate CN=SplunkServerDefaultCert, O=SplunkUser; issuer CN=SplunkCommonCA, O=Splunk; valid 2026-01-01 to 2029-01-01",
  ),
  made(/\bCN=Plesk\b/, "plesk", "plesk", "certificate CN=Plesk, O=Plesk; self-signed; valid 2026-01-01 to 2027-01-01"),
  made(
    /\bO=Webmin Webserver on /,
    "webmin",
    "webmin",
    "certificate CN=*, O=Webmin Webserver on host; self-signed; valid 2026-01-01 to 2031-01-01",
  ),
  made(
    /\bOU=Zimbra Collaboration Server\b/,
    "synacor",
    "zimbra_collaboration_suite",
    "certificate CN=mail.example.org, OU=Zimbra Collaboration Server; issuer CN=mail.example.org, O=CA; valid 2026-01-01 to 2031-01-01",
  ),
  made(
    /\bCN=localhost\.localdomain, O=MyCompany, OU=MyOrg\b/,
    "f5",
    "big-ip",
    "certificate CN=localhost.localdomain, O=MyCompany, OU=MyOrg; self-signed; valid 2026-01-01 to 2036-01-01",
  ),
  made(
    /\bO=Citrix ANG\b/,
    "citrix",
    "netscaler_application_delivery_controller",
    "certificate CN=default ABCDEF, O=Citrix ANG, OU=NS Internal; self-signed; valid 2026-01-01 to 2041-01-01",
  ),
  made(
    /\bCN=Elasticsearch security auto-configuration HTTP CA\b/,
    "elastic",
    "elasticsearch",
    "certificate CN=es01; issuer CN=Elasticsearch security auto-configuration HTTP CA; valid 2026-01-01 to 2028-01-01",
  ),
  made(
    /\bO=WatchGuard_Technologies\b/,
    "watchguard",
    "fireware",
    "certificate CN=Fireware web Server, O=WatchGuard_Technologies, OU=Fireware; issuer CN=Fireware web CA, O=WatchGuard_Technologies, OU=Fireware; valid 2026-01-01 to 2036-01-01",
  ),
];
