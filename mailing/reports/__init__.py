"""Reports: what was sent, made from figures that are counted beforehand."""
