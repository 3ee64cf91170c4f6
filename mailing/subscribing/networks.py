"""Where a visitor comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

#: What one household or one server has of IPv6 (RFC 6177).
PREFIX = 64


def valid_ip(address: str) -> str | None:
    """Return an IP address, or None for anything else that stands where one should."""
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """Return what is counted as one visitor: an IPv4 address, or a network of IPv6."""
    ip = valid_ip(address)
    if ip is None:
        return ""
    parsed = ip_address(ip)
    if not isinstance(parsed, IPv6Address):
        return ip
    return str(parsed.ipv4_mapped or ip_network(f"{ip}/{PREFIX}", strict=False))
