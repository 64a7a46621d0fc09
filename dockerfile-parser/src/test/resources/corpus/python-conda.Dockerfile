FROM condaforge/mambaforge:23.3.1-1
SHELL ["/bin/bash", "--login", "-o", "pipefail", "-c"]
COPY environment.yml /tmp/
RUN mamba env create -f /tmp/environment.yml && mamba clean --all --yes
RUN echo 'conda activate science' >> ~/.bashrc
ENV CONDA_DEFAULT_ENV science
COPY notebooks/*.ipynb /notebooks/
VOLUME /data
WORKDIR /notebooks
EXPOSE 8888/tcp
CMD jupyter lab --ip=0.0.0.0 --no-browser --allow-root
