global using Meditron.Simulation.Checks;
global using Meditron.Simulation.Faults;
global using Meditron.Simulation.Machines;
global using Meditron.Simulation.Scenarios;
global using Meditron.Simulation.Worlds;
