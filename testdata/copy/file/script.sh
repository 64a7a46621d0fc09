#!/bin/sh
echo said
