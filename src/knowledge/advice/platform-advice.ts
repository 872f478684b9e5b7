import type { Advice } from "./advice.ts";

const inside = "everything, from networks that are not named";
const toThose = "everything, to those who may connect";

/** Platforms, and appliances whose management faces the network. */
export const platformAdvice: readonly Advice[] = [
  {
    products: ["kubernetes"],
    mitigation: "M1042",
    short: "kube-apiserver --anonymous-auth=false, and the API on an inner network",
    change: {
      file: "/etc/kubernetes/manifests/kube-apiserver.yaml, command",
      before: "",
      after: "- --anonymous-auth=false",
      apply:
        "the kubelet restarts it by itself; health checks then need a credential, or --anonymous-auth for /livez alone",
    },
    hides: "/version, /healthz and /api from those without a credential",
    leaves: "the certificate, which names kube-apiserver and the cluster's inner names; kubelets on 10250",
    source: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
  },
  {
    products: ["docker", "docker_engine"],
    mitigation: "M1042",
    short: "no tcp:// host: the API on 2375 is the whole machine for whoever asks",
    change: {
      file: "/etc/docker/daemon.json",
      before: '"hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"]',
      after: '"hosts": ["unix:///var/run/docker.sock"]',
      apply: "systemctl restart docker",
    },
    hides: "everything",
    leaves: "nothing; from afar it is reached through SSH (DOCKER_HOST=ssh://…)",
    source: "https://docs.docker.com/engine/security/protect-access/",
  },
  {
    products: ["fortios"],
    mitigation: "M1042",
    short: "no administration on the outer interface",
    change: {
      file: "FortiOS command line, outer interface",
      before: "set allowaccess ping https ssh",
      after: "unset allowaccess",
      apply: "end",
    },
    hides: "the administration's page, certificate and SSH",
    leaves: "the SSL VPN's page, where it is on",
    source:
      "https://docs.fortinet.com/document/fortigate/latest/administration-guide (interface settings, administrative access)",
  },
  {
    products: ["ios", "ios_xe"],
    mitigation: "M1042",
    short: "no ip http server; SSH and SNMP only with an access list",
    change: {
      file: "running configuration",
      before: "ip http server\nip http secure-server",
      after: "no ip http server\nno ip http secure-server\nno vstack",
      apply: "write memory",
    },
    hides: "the web interface and Smart Install",
    leaves: "SSH's and SNMP's words: access-class and snmp-server community … RO with an access list",
    source: "Cisco, Guide to Harden Cisco IOS Devices",
  },
  {
    products: ["adaptive_security_appliance_software"],
    mitigation: "M1042",
    short: "no http … outside: ASDM on the inner interface alone",
    hides: "the administration's page and certificate",
    leaves: "the VPN's page, where it is on",
    source: "Cisco ASA command reference, http",
  },
  {
    products: ["pan-os"],
    mitigation: "M1042",
    short: "permitted-ip on the management interface; no management profile on outer ones",
    hides: inside,
    leaves: "the GlobalProtect page, where it is on",
    source: "Palo Alto Networks, Best Practices for Securing Administrative Access",
  },
  {
    products: ["routeros"],
    mitigation: "M1042",
    short: "/ip service disable telnet,ftp,www,api; /ip service set ssh,winbox address=…",
    change: {
      file: "RouterOS command line",
      before: "/ip service enable telnet,ftp,www,api",
      after: "/ip service disable telnet,ftp,www,api\n/ip service set ssh,winbox address=192.168.88.0/24",
      apply: "at once",
    },
    hides: inside,
    leaves: toThose,
    source: "https://help.mikrotik.com/docs/spaces/ROS/pages/328229/Securing+your+router",
  },
  {
    products: ["pfsense", "opnsense"],
    mitigation: "M1042",
    short: "the web interface on the inner interface alone; no rule that opens it from outside",
    hides: "the page and its certificate, from outside",
    leaves: "both, inside",
    source: "https://docs.netgate.com/pfsense/en/latest/recipes/remote-firewall-administration.html",
  },
  {
    products: ["esxi", "vcenter_server", "virtual_environment", "idrac", "integrated_lights-out", "bmc"],
    mitigation: "M1042",
    short: "the management interface in a network of its own, reached through a VPN",
    hides: inside,
    leaves: toThose,
    source: "the maker's hardening guide (VMware, Proxmox, Dell, HPE, Supermicro)",
  },
  {
    products: [
      "diskstation_manager",
      "qts",
      "unifi",
      "sonicos",
      "fireware",
      "big-ip",
      "netscaler_application_delivery_controller",
    ],
    mitigation: "M1042",
    short: "administration from inside only, and a certificate that names the host alone",
    hides: "the administration's page and the product's own certificate, from outside",
    leaves: "what the device offers outside on purpose: its VPN or its published services",
    source: "the maker's hardening guide (Synology, QNAP, Ubiquiti, SonicWall, WatchGuard, F5, NetScaler)",
  },
];
